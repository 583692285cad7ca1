-- A scan whose time is over (domain.md §11.4): the fact that says so takes the picture with it, whoever brings the fact.

CREATE FUNCTION scan_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
BEGIN
    UPDATE blobs SET box = NULL, size = 0
    WHERE city = NEW.city AND subject = NEW.subject AND sha256 = (NEW.body::jsonb #>> '{data,sha256}');
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION scan_deleted() FROM PUBLIC;
CREATE TRIGGER scan_deleted AFTER INSERT ON facts FOR EACH ROW WHEN (NEW.kind = 'evidence.scan_deleted')
EXECUTE FUNCTION scan_deleted();
