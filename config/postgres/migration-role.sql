-- The least that migrations need, once for each database, as a superuser in that database. Here for a service called shop:
-- shop_owner owns everything and cannot log in; shop_migrator logs in and acts as the owner; shop_app is the service itself
-- and can neither change the schema nor read Ripcord's books. Give both their passwords afterwards: \password shop_migrator
CREATE ROLE shop_owner NOLOGIN;
-- Each run of migrations takes up to four connections, those that wait for their turn too (an init container: one for each pod).
CREATE ROLE shop_migrator LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB CONNECTION LIMIT 20 IN ROLE shop_owner;
ALTER ROLE shop_migrator SET role = 'shop_owner';
CREATE ROLE shop_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB;

-- Nobody else gets in: who does today, such as a monitoring user, needs a GRANT CONNECT of its own. The same REVOKE in the other
-- databases of the server keeps these roles out of them. Migrations that make schemas or extensions need CREATE here too.
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO shop_owner, shop_migrator, shop_app', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO shop_owner;
GRANT USAGE ON SCHEMA public TO shop_app;
-- Tables that are there already keep their owner, and only an owner can change them: REASSIGN OWNED BY the_old_owner TO shop_owner
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO shop_app;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO shop_app;

-- Where Ripcord keeps history and audit.
CREATE SCHEMA ripcord AUTHORIZATION shop_owner;
