-- The least that migrations need, once for each database, as a superuser in that database. Here for a service called shop:
-- shop_owner owns everything and cannot log in; shop_migrator logs in and acts as the owner; shop_app is the service itself
-- and can neither change the schema nor read Ripcord's books. Give both their passwords afterwards: \password shop_migrator
CREATE ROLE shop_owner NOLOGIN;
CREATE ROLE shop_migrator LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB CONNECTION LIMIT 5 IN ROLE shop_owner;
ALTER ROLE shop_migrator SET role = 'shop_owner';
CREATE ROLE shop_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO shop_owner;
GRANT USAGE ON SCHEMA public TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO shop_app;

-- Where Ripcord keeps history and audit.
CREATE SCHEMA ripcord AUTHORIZATION shop_owner;
