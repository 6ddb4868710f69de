namespace RollbackOps.Adapters.Tests.Databases;

public sealed class PlainSqlScannerTests
{
    [Theory]
    [InlineData("CREATE DATABASE a;\n\\connect a\nSELECT 1;\n\\connect b\n", 4)]
    [InlineData("CREATE DATABASE a;\nCREATE DATABASE a;\n", 2)]
    [InlineData("CREATE DATABASE a;\nALTER DATABASE b OWNER TO c;\n", 2)]
    [InlineData("\\connect a\n", 1)]
    [InlineData("\\encoding SQL_ASCII\n", 1)]
    [InlineData("CREATE DATABASE a;\n\\encoding SJIS\n", 2)]
    [InlineData("CREATE DATABASE a;\nSET x = 1\n\\connect a\n", 3)]
    public async Task Scan_SecondDatabase_IsRefusedThoughHeadersAreLeftOut(string dump, int line)
    {
        var scanned = await ScannedDump.ScanAsync(dump.Replace("SELECT 1", "SET x = 1", StringComparison.Ordinal), skips: true);

        Assert.Equal(ErrorId.DumpRefused, scanned.Failure?.Id);
        Assert.StartsWith($"Line {line} ", scanned.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\! touch /tmp/x")]
    [InlineData("\\connect other")]
    [InlineData("\\c other")]
    [InlineData("\\i other.sql")]
    [InlineData("\\copy t FROM 'x'")]
    [InlineData("\\.")]
    [InlineData("SET x = 1 \\g | sh")]
    [InlineData("SET x = 1\\;\nDROP DATABASE live;")]
    [InlineData("\\restrict k \\! sh")]
    [InlineData("\\restrict")]
    [InlineData("/* a */ \\! sh")]
    [InlineData("drop/**/database live;")]
    [InlineData("-- a comment ends\rDROP DATABASE live;")]
    [InlineData("/* /* nested */ still */ ALTER DATABASE live RENAME TO gone;")]
    [InlineData("ALTER SYSTEM SET fsync = off;")]
    [InlineData("CREATE ROLE evil SUPERUSER;")]
    [InlineData("CREATE USER evil;")]
    [InlineData("CREATE GROUP evil;")]
    [InlineData("ALTER ROLE postgres PASSWORD 'x';")]
    [InlineData("ALTER USER postgres PASSWORD 'x';")]
    [InlineData("DROP ROLE IF EXISTS app;")]
    [InlineData("DROP OWNED BY app;")]
    [InlineData("REASSIGN OWNED BY app TO evil;")]
    [InlineData("GRANT admins TO evil;")]
    [InlineData("REVOKE admins FROM app;")]
    [InlineData("GRANT SET ON PARAMETER fsync TO evil;")]
    [InlineData("GRANT ALL ON DATABASE live TO evil;")]
    [InlineData("GRANT CREATE ON TABLESPACE fast TO evil;")]
    [InlineData("COMMENT ON DATABASE live IS 'x';")]
    [InlineData("COMMENT ON ROLE app IS 'x';")]
    [InlineData("SECURITY LABEL FOR p ON DATABASE live IS 'x';")]
    [InlineData("CREATE TABLESPACE fast LOCATION '/x';")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;")]
    [InlineData("CREATE SCHEMA s GRANT ALL ON DATABASE live TO evil;")]
    [InlineData("COPY t FROM PROGRAM 'sh';")]
    [InlineData("COPY t FROM '/etc/passwd';")]
    [InlineData("COPY t TO '/tmp/x';")]
    [InlineData("COPY t TO PROGRAM 'sh';")]
    [InlineData("COPY t TO stdout;")]
    [InlineData("COPY (SELECT 1) TO PROGRAM 'sh';")]
    [InlineData("COPY t FROM 'stdin';")]
    [InlineData("COPY t FROM stdin WITH (FORMAT binary);")]
    [InlineData("COPY pg_authid FROM stdin;")]
    [InlineData("COPY t FROM stdin; DROP DATABASE live;")]
    [InlineData("INSERT INTO pg_catalog.pg_authid VALUES (1);")]
    [InlineData("INSERT INTO t SELECT pg_terminate_backend(1);")]
    [InlineData("INSERT INTO t VALUES (1, dblink_exec('host=x', 'DROP DATABASE live'));")]
    [InlineData("UPDATE pg_database SET datname = 'x';")]
    [InlineData("DELETE FROM t;")]
    [InlineData("DO $$ BEGIN EXECUTE 'CREATE ROLE evil'; END $$;")]
    [InlineData("CALL evil();")]
    [InlineData("LOAD 'evil';")]
    [InlineData("PREPARE TRANSACTION 'x';")]
    [InlineData("COMMIT PREPARED 'x';")]
    [InlineData("VACUUM FULL;")]
    [InlineData("(SELECT 1);")]
    [InlineData("SELECT pg_terminate_backend(1);")]
    [InlineData("SELECT pg_catalog.setval('s', evil());")]
    [InlineData("SELECT pg_catalog.\"lo_export\"(1, 'x');")]
    [InlineData("SELECT * FROM evil;")]
    [InlineData("SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);")]
    [InlineData("SET standard_conforming_strings = off;")]
    [InlineData("SET SESSION standard_conforming_strings TO DEFAULT;")]
    [InlineData("SET \"Standard_Conforming_Strings\" = off;")]
    [InlineData("SET U&\"standard_conforming_strings\" = off;")]
    [InlineData("RESET ALL;")]
    [InlineData("SET client_encoding = 'SJIS';")]
    [InlineData("SET NAMES 'GBK';")]
    [InlineData("CREATE VIEW v AS SELECT E'a'\n'b\\'c';", 2)]
    [InlineData("CREATE VIEW v AS SELECT a[1:e'\\' '] ;")]
    [InlineData("CREATE VIEW v AS SELECT :DBNAME;")]
    [InlineData("CREATE VIEW v AS SELECT :'DBNAME';")]
    [InlineData("CREATE VIEW v AS SELECT 1e$$ ; DROP DATABASE live; $$;")]
    [InlineData("CREATE VIEW v AS SELECT $a 1;")]
    [InlineData("CREATE FUNCTION f() RETURNS int RETURN 1; DROP DATABASE live; END;")]
    public async Task Scan_StatementThatReachesElsewhere_IsRefusedByItsLine(string statement, int lineOfStatement = 1)
    {
        var scanned = await ScannedDump.ScanAsync($"SET x = 'DROP DATABASE live;';\n\n{statement}\nSET y = 1;\n");

        Assert.Equal(ErrorId.DumpRefused, scanned.Failure?.Id);
        Assert.StartsWith($"Line {2 + lineOfStatement} of", scanned.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.SecurityError, scanned.Failure.Kind);
    }

    [Theory]
    [InlineData("SET x = 'it''s; \\! DROP DATABASE live';")]
    [InlineData("COMMENT ON TABLE t IS E'a\\'; DROP DATABASE live; --';")]
    [InlineData("COMMENT ON TABLE t IS 'a\\'; SET y = ';';")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $_$ $a$; \\! $$; $a $_$;")]
    [InlineData("CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; DELETE FROM t; END;")]
    [InlineData("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b);")]
    [InlineData("CREATE TABLE \"a;\"\"\\! b\" (a$$ int, b int DEFAULT 1.5e-3, c text DEFAULT $$;$$::text);")]
    [InlineData("-- \\! DROP DATABASE live;\n/* ; \\! /* ; */ ; */ SET x = 1;")]
    [InlineData("COPY s.\"t\"\"; x\" (a, \"b\") FROM stdin;\nDROP DATABASE live;\n\\N\t\\! sh\n\\\\.\n\\.x\n \\.\n\\.\n")]
    [InlineData("COPY t FROM stdin;\r\n1\r\n\\.\r\n")]
    [InlineData("COPY t FROM stdin;\n\\.\n")]
    [InlineData("COPY t FROM stdin;\n1\n\\.")]
    [InlineData("CREATE VIEW v AS SELECT a[1:n] || b[1:2] || (c)::text;")]
    [InlineData("SELECT CASE WHEN EXISTS(SELECT 1 FROM pg_catalog.pg_largeobject_metadata WHERE oid = '1') THEN pg_catalog.lo_unlink('1') END;")]
    [InlineData("SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, 'relname', 'x', 'freqs', '{1}'::real[]);")]
    [InlineData("INSERT INTO s.t (a, b) OVERRIDING SYSTEM VALUE VALUES (1, 'f(x)'), (NULL, 'SELECT');")]
    [InlineData("CREATE USER MAPPING FOR app SERVER s;")]
    [InlineData("GRANT SELECT (a, b), UPDATE (\"on\") ON TABLE t TO app;")]
    [InlineData("BEGIN;\nSELECT pg_catalog.lowrite(0, '\\x00');\nCOMMIT;")]
    [InlineData(";;SET x = 1;")]
    [InlineData("\ufeffSET x = 1;")]
    public async Task Scan_StatementThatStaysInside_PassesAsItIs(string statement)
    {
        var scanned = await ScannedDump.ScanAsync(statement);

        Assert.Null(scanned.Failure);
        Assert.Equal(statement.TrimStart('\ufeff'), scanned.Passed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-- nothing\n")]
    [InlineData("SET x = 1")]
    [InlineData("SET x = 1;\nSET y = 'a;\n")]
    [InlineData("SET x = 1;\nCOPY t FROM stdin;\n1\n2\n")]
    [InlineData("SET x = 1;\nCREATE FUNCTION f() AS $a$ ; $a\n")]
    [InlineData("SET x = 1;\n/* ; \n")]
    [InlineData("BEGIN;\nSET x = 1;\n")]
    [InlineData("--\n-- PostgreSQL database dump\n--\n\nSET x = 1;\n")]
    [InlineData("SET x = 1;\0\n")]
    public async Task Scan_DumpThatWasCutOff_IsInvalid(string dump) =>
        Assert.Equal(ErrorId.BackupInvalid, (await ScannedDump.ScanAsync(dump)).Failure?.Id);
}
