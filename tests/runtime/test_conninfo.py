"""A database URL means the same to libpq as to SQLAlchemy."""

from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from app.db.conninfo import conninfo_of


def test_a_socket_in_a_folder_with_spaces_and_signs_is_found() -> None:
    folder = "/srv/my data+more/100% mine/socket"
    host = quote(folder, safe="")
    url = f"postgresql+psycopg://vitrine_worker:p%40ss@/vitrine?host={host}&port=5432"
    assert conninfo_to_dict(conninfo_of(url)) == {
        "host": folder,
        "port": "5432",
        "dbname": "vitrine",
        "user": "vitrine_worker",
        "password": "p@ss",
    }


def test_a_server_elsewhere_keeps_its_options() -> None:
    url = "postgresql+psycopg://a:b@db.example:5433/vitrine?sslmode=require"
    assert conninfo_to_dict(conninfo_of(url)) == {
        "host": "db.example",
        "port": "5433",
        "dbname": "vitrine",
        "user": "a",
        "password": "b",
        "sslmode": "require",
    }
