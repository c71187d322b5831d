# Vitrine in one container: portal, worker and the bundled PostgreSQL, on one volume (/data).
#
#   docker build -t vitrine .
#   docker run --read-only --cap-drop ALL --init -p 127.0.0.1:8000:8000 -v vitrine:/data vitrine
#
# With the DATABASE_…URL variables set it uses that PostgreSQL instead. One process per container:
# `vitrine serve --host 0.0.0.0` and `vitrine worker`. docs/operations.md says more.

FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
# Every package by its hash, as a wheel; pyvips alone comes as source (pure Python, no compiler),
# and what builds it comes by its hash as well.
RUN python -m venv /opt/vitrine \
    && /opt/vitrine/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
       --no-deps --only-binary :all: \
       --require-hashes --requirement requirements-build.lock \
    && /opt/vitrine/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
       --no-deps --only-binary :all: --no-binary pyvips --no-build-isolation \
       --require-hashes --requirement requirements.lock \
    && /opt/vitrine/bin/python -m pip uninstall --yes --quiet pip setuptools pkgconfig
COPY pyproject.toml LICENSE /opt/vitrine/portal/
COPY policies /opt/vitrine/portal/policies
COPY migrations /opt/vitrine/portal/migrations
COPY app /opt/vitrine/portal/app
# Compiled now, because the root file system is read-only later.
RUN /opt/vitrine/bin/python -m compileall -q /opt/vitrine/portal

FROM python:3.11-slim
RUN groupadd --gid 10001 vitrine \
    && useradd --uid 10001 --gid vitrine --no-create-home --home-dir /data --shell /usr/sbin/nologin \
       vitrine \
    && install --directory --owner vitrine --group vitrine --mode 0700 /data
COPY --from=build /opt/vitrine /opt/vitrine
ENV PATH=/opt/vitrine/bin:$PATH \
    PYTHONPATH=/opt/vitrine/portal \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    TMPDIR=/data/tmp \
    DATA_DIR=/data \
    PORT=8000
WORKDIR /data
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h, os, sys; c = h.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status >= 500)"]
ENTRYPOINT ["python", "-m", "app.cli.main"]
CMD ["up", "--host", "0.0.0.0"]
