INSERT INTO organisations VALUES ('org_p', 'PUB', 'Publisher', 'publisher', 'active', false, now());
INSERT INTO people VALUES ('per_p', 'P', 'p@x.test', 'UTC', now());
INSERT INTO memberships VALUES ('mem_p', 'per_p', 'org_p', '{author}', 'active', now(), NULL);
