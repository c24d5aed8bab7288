#!/bin/sh
# Run once by the image, on an empty volume: databases, and accounts with only the rights that each needs.
# MySQL grants rights on a table that does not exist yet only along with CREATE, which is therefore taken back.
MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket --user=root << SQL
CREATE DATABASE aitoys CHARACTER SET utf8mb4;
CREATE DATABASE aitoys_state CHARACTER SET utf8mb4;

CREATE USER aitoys_setup IDENTIFIED BY '$SETUP_PASSWORD';
GRANT CREATE, ALTER, DROP, INDEX, REFERENCES, SELECT, INSERT, UPDATE, DELETE ON aitoys.* TO aitoys_setup;
GRANT CREATE, ALTER, DROP, INDEX, REFERENCES, SELECT, INSERT, UPDATE, DELETE ON aitoys_state.* TO aitoys_setup;

CREATE USER aitoys_proxy IDENTIFIED BY '$PROXY_PASSWORD';
GRANT SELECT, CREATE ON aitoys.users TO aitoys_proxy;
GRANT SELECT, CREATE ON aitoys.ai_metrics TO aitoys_proxy;
REVOKE CREATE ON aitoys.users FROM aitoys_proxy;
REVOKE CREATE ON aitoys.ai_metrics FROM aitoys_proxy;
GRANT SELECT, INSERT, UPDATE, DELETE ON aitoys_state.* TO aitoys_proxy;
SQL
