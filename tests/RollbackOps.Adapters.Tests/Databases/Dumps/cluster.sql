--
-- PostgreSQL database cluster dump
--

\restrict recorded

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;
CREATE ROLE reader;
ALTER ROLE reader WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE "the owner";
ALTER ROLE "the owner" WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;

--
-- User Configurations
--


--
-- Role memberships
--

GRANT pg_read_all_data TO reader GRANTED BY postgres;






\unrestrict recorded

--
-- Databases
--

--
-- Database "template1" dump
--

\connect template1

--
-- PostgreSQL database dump
--

\restrict recorded

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- PostgreSQL database dump complete
--

\unrestrict recorded

--
-- Database "live" dump
--

--
-- PostgreSQL database dump
--

\restrict recorded

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: live; Type: DATABASE; Schema: -; Owner: the owner
--

CREATE DATABASE live WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE live OWNER TO "the owner";

\unrestrict recorded
\connect live
\restrict recorded

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE live; Type: COMMENT; Schema: -; Owner: the owner
--

COMMENT ON DATABASE live IS 'the one; that counts';


--
-- Name: live; Type: DATABASE PROPERTIES; Schema: -; Owner: the owner
--

ALTER DATABASE live CONNECTION LIMIT = 40;
ALTER DATABASE live SET search_path TO 'public', 'x';
ALTER ROLE reader IN DATABASE live SET work_mem TO '8MB';


\unrestrict recorded
\connect live
\restrict recorded

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: public; Type: SCHEMA; Schema: -; Owner: postgres
--

-- *not* creating schema, since initdb creates it


ALTER SCHEMA public OWNER TO postgres;

--
-- Name: SCHEMA public; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON SCHEMA public IS '';


--
-- Name: Ärger; DROP DATABASE live; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA "Ärger; DROP DATABASE live";


ALTER SCHEMA "Ärger; DROP DATABASE live" OWNER TO postgres;

--
-- Name: plain; Type: COLLATION; Schema: public; Owner: postgres
--

CREATE COLLATION public.plain (provider = libc, locale = 'C');


ALTER COLLATION public.plain OWNER TO postgres;

--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;


--
-- Name: EXTENSION pg_trgm; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';


--
-- Name: mood; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.mood AS ENUM (
    'so''so',
    'ok; \! id',
    'back\slash'
);


ALTER TYPE public.mood OWNER TO postgres;

--
-- Name: pair; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.pair AS (
	a integer,
	"B c" text
);


ALTER TYPE public.pair OWNER TO postgres;

--
-- Name: posint; Type: DOMAIN; Schema: public; Owner: postgres
--

CREATE DOMAIN public.posint AS integer
	CONSTRAINT posint_check CHECK ((VALUE > 0));


ALTER DOMAIN public.posint OWNER TO postgres;

--
-- Name: CONSTRAINT posint_check ON DOMAIN posint; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON CONSTRAINT posint_check ON DOMAIN public.posint IS 'c';


--
-- Name: span; Type: TYPE; Schema: public; Owner: postgres
--

CREATE TYPE public.span AS RANGE (
    subtype = double precision,
    multirange_type_name = public.span_multirange
);


ALTER TYPE public.span OWNER TO postgres;

--
-- Name: CAST (public.pair AS text); Type: CAST; Schema: -; Owner: -
--

CREATE CAST (public.pair AS text) WITH INOUT AS ASSIGNMENT;


--
-- Name: atomic(integer); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.atomic(a integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (a > 1) THEN 1
             ELSE 2
         END AS "case";
 SELECT (a + 1);
END;


ALTER FUNCTION public.atomic(a integer) OWNER TO postgres;

--
-- Name: eq3(integer, text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.eq3(integer, text) RETURNS boolean
    LANGUAGE sql
    AS $_$SELECT $1::text = $2$_$;


ALTER FUNCTION public.eq3(integer, text) OWNER TO postgres;

--
-- Name: ev(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.ev() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$ BEGIN END $$;


ALTER FUNCTION public.ev() OWNER TO postgres;

--
-- Name: nested(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.nested() RETURNS text
    LANGUAGE plpgsql
    AS $_$
BEGIN
  -- DROP DATABASE live;
  EXECUTE $q$ SELECT 'ALTER SYSTEM SET x = 1; \connect other' $q$;
  RETURN $$;$$;
END;
$_$;


ALTER FUNCTION public.nested() OWNER TO postgres;

--
-- Name: plain_body(text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.plain_body(t text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$ SELECT $1 || ';' || $$x$$ $_$;


ALTER FUNCTION public.plain_body(t text) OWNER TO postgres;

--
-- Name: proc(integer); Type: PROCEDURE; Schema: public; Owner: postgres
--

CREATE PROCEDURE public.proc(INOUT a integer)
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT ('10000000000'::numeric + (a)::numeric);
END;


ALTER PROCEDURE public.proc(INOUT a integer) OWNER TO postgres;

--
-- Name: trig(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.trig() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.name := NEW.name; RETURN NEW; END $$;


ALTER FUNCTION public.trig() OWNER TO postgres;

--
-- Name: total(integer); Type: AGGREGATE; Schema: public; Owner: postgres
--

CREATE AGGREGATE public.total(integer) (
    SFUNC = int4pl,
    STYPE = integer,
    INITCOND = '0'
);


ALTER AGGREGATE public.total(integer) OWNER TO postgres;

--
-- Name: heap2; Type: ACCESS METHOD; Schema: -; Owner: -
--

CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;


--
-- Name: ===; Type: OPERATOR; Schema: public; Owner: postgres
--

CREATE OPERATOR public.=== (
    FUNCTION = public.eq3,
    LEFTARG = integer,
    RIGHTARG = text
);


ALTER OPERATOR public.=== (integer, text) OWNER TO postgres;

--
-- Name: cls; Type: OPERATOR FAMILY; Schema: public; Owner: postgres
--

CREATE OPERATOR FAMILY public.cls USING btree;


ALTER OPERATOR FAMILY public.cls USING btree OWNER TO postgres;

--
-- Name: cls; Type: OPERATOR CLASS; Schema: public; Owner: postgres
--

CREATE OPERATOR CLASS public.cls
    FOR TYPE integer USING btree FAMILY public.cls AS
    OPERATOR 1 <(integer,integer) ,
    OPERATOR 3 =(integer,integer) ,
    FUNCTION 1 (integer, integer) btint4cmp(integer,integer);


ALTER OPERATOR CLASS public.cls USING btree OWNER TO postgres;

--
-- Name: fam; Type: OPERATOR FAMILY; Schema: public; Owner: postgres
--

CREATE OPERATOR FAMILY public.fam USING btree;


ALTER OPERATOR FAMILY public.fam USING btree OWNER TO postgres;

--
-- Name: conv; Type: CONVERSION; Schema: public; Owner: postgres
--

CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;


ALTER CONVERSION public.conv OWNER TO postgres;

--
-- Name: dict; Type: TEXT SEARCH DICTIONARY; Schema: public; Owner: postgres
--

CREATE TEXT SEARCH DICTIONARY public.dict (
    TEMPLATE = pg_catalog.simple );


ALTER TEXT SEARCH DICTIONARY public.dict OWNER TO postgres;

--
-- Name: ts; Type: TEXT SEARCH CONFIGURATION; Schema: public; Owner: postgres
--

CREATE TEXT SEARCH CONFIGURATION public.ts (
    PARSER = pg_catalog."default" );

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR asciiword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR word WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR numword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR email WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR url WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR host WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR sfloat WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR version WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR hword_numpart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR hword_part WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR hword_asciipart WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR numhword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR asciihword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR hword WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR url_path WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR file WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR "float" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR "int" WITH simple;

ALTER TEXT SEARCH CONFIGURATION public.ts
    ADD MAPPING FOR uint WITH simple;


ALTER TEXT SEARCH CONFIGURATION public.ts OWNER TO postgres;

--
-- Name: fdw; Type: FOREIGN DATA WRAPPER; Schema: -; Owner: postgres
--

CREATE FOREIGN DATA WRAPPER fdw;


ALTER FOREIGN DATA WRAPPER fdw OWNER TO postgres;

--
-- Name: srv; Type: SERVER; Schema: -; Owner: postgres
--

CREATE SERVER srv FOREIGN DATA WRAPPER fdw;


ALTER SERVER srv OWNER TO postgres;

--
-- Name: USER MAPPING reader SERVER srv; Type: USER MAPPING; Schema: -; Owner: postgres
--

CREATE USER MAPPING FOR reader SERVER srv OPTIONS (
    u 'x'
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: bits; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.bits (
    b bit(4),
    y bytea,
    f double precision,
    n numeric
);


ALTER TABLE public.bits OWNER TO postgres;

--
-- Name: scratch; Type: TABLE; Schema: public; Owner: postgres
--

CREATE UNLOGGED TABLE public.scratch (
    a text
);


ALTER TABLE public.scratch OWNER TO postgres;

--
-- Name: child; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.child (
    extra2 integer
)
INHERITS (public.scratch);


ALTER TABLE public.child OWNER TO postgres;

--
-- Name: customers; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.customers (
    id bigint NOT NULL,
    name text DEFAULT 'a;b'::text NOT NULL,
    "Größe" numeric(10,2) DEFAULT '1500'::numeric,
    doubled integer GENERATED ALWAYS AS ((length(name) * 2)) STORED,
    tags text[] DEFAULT '{}'::text[],
    extra jsonb,
    m public.mood,
    p public.pair,
    d public.posint,
    num integer NOT NULL,
    path text DEFAULT '\'::text,
    CONSTRAINT customers_name_check CHECK (((name <> '--'::text) AND (name <> '/*'::text)))
);


ALTER TABLE public.customers OWNER TO postgres;

--
-- Name: TABLE customers; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.customers IS 'it''s; -- a comment
\! over lines';


--
-- Name: COLUMN customers.name; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON COLUMN public.customers.name IS 'tab	here \ done';


--
-- Name: counted; Type: MATERIALIZED VIEW; Schema: public; Owner: postgres
--

CREATE MATERIALIZED VIEW public.counted AS
 SELECT count(*) AS n,
    'a'::text AS x
   FROM public.customers
  WITH NO DATA;


ALTER TABLE public.counted OWNER TO postgres;

--
-- Name: customers_id_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

CREATE SEQUENCE public.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE public.customers_id_seq OWNER TO postgres;

--
-- Name: customers_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: postgres
--

ALTER SEQUENCE public.customers_id_seq OWNED BY public.customers.id;


--
-- Name: customers_num_seq; Type: SEQUENCE; Schema: public; Owner: postgres
--

ALTER TABLE public.customers ALTER COLUMN num ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_num_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: empty_one; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.empty_one (
    a integer
);


ALTER TABLE public.empty_one OWNER TO postgres;

--
-- Name: far; Type: FOREIGN TABLE; Schema: public; Owner: postgres
--

CREATE FOREIGN TABLE public.far (
    a integer
)
SERVER srv;


ALTER FOREIGN TABLE public.far OWNER TO postgres;

--
-- Name: orders; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders (
    id integer NOT NULL,
    customer bigint,
    at date NOT NULL
)
PARTITION BY RANGE (at);


ALTER TABLE public.orders OWNER TO postgres;

--
-- Name: orders_2025; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders_2025 (
    id integer NOT NULL,
    customer bigint,
    at date NOT NULL
);


ALTER TABLE public.orders_2025 OWNER TO postgres;

--
-- Name: orders_rest; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.orders_rest (
    id integer NOT NULL,
    customer bigint,
    at date NOT NULL
);


ALTER TABLE public.orders_rest OWNER TO postgres;

--
-- Name: select; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public."select" (
    "from" integer,
    "to ""quoted""" text
);


ALTER TABLE public."select" OWNER TO postgres;

--
-- Name: slices; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.slices AS
 SELECT customers.tags[1:2] AS a,
    customers.tags[1:array_length(customers.tags, 1)] AS b,
    '
'''::text AS c,
    '100000000000000000000'::numeric AS big,
    ('1'::text || ':'::text) AS d
   FROM public.customers;


ALTER TABLE public.slices OWNER TO postgres;

--
-- Name: orders_2025; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders ATTACH PARTITION public.orders_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');


--
-- Name: orders_rest; Type: TABLE ATTACH; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders ATTACH PARTITION public.orders_rest DEFAULT;


--
-- Name: customers id; Type: DEFAULT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.customers ALTER COLUMN id SET DEFAULT nextval('public.customers_id_seq'::regclass);


--
-- Name: 424242; Type: BLOB; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('424242');


ALTER LARGE OBJECT 424242 OWNER TO postgres;

--
-- Name: LARGE OBJECT 424242; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON LARGE OBJECT 424242 IS 'a picture';


--
-- Data for Name: bits; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.bits (b, y, f, n) FROM stdin;
1010	\\x00ff27	NaN	10000000000000000000000000000000000000000
\N	\\x5c	1e-300	NaN
0000	\\x	-Infinity	-1.5
\.


--
-- Data for Name: child; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.child (a, extra2) FROM stdin;
c	1
\.


--
-- Data for Name: customers; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.customers (id, name, "Größe", tags, extra, m, p, d, num, path) FROM stdin;
1	plain	1500.00	{a,b;}	{"a": ";"}	so'so	(1,"x""y")	\N	1	\\
2	tab\tnew\nline\\.	1500.00	\N	\N	ok; \\! id	\N	\N	2	\\
3	\\.	1500.00	{}	"\\\\."	\N	\N	\N	3	\\
4	Zoë 日本	1500.00	\N	null	back\\slash	\N	\N	4	\\
5	$$;	1500.00	\N	\N	\N	\N	\N	5	\\
6	\\! echo	1500.00	\N	\N	\N	\N	\N	6	\\
7	C:\\dir\\	1500.00	\N	\N	\N	\N	\N	7	\\
\.


--
-- Data for Name: empty_one; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.empty_one (a) FROM stdin;
\.


--
-- Data for Name: orders_2025; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.orders_2025 (id, customer, at) FROM stdin;
1	1	2025-12-21
2	1	2025-12-22
3	1	2025-12-23
4	1	2025-12-24
5	1	2025-12-25
6	1	2025-12-26
7	1	2025-12-27
8	1	2025-12-28
9	1	2025-12-29
10	1	2025-12-30
11	1	2025-12-31
\.


--
-- Data for Name: orders_rest; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.orders_rest (id, customer, at) FROM stdin;
12	1	2026-01-01
13	1	2026-01-02
14	1	2026-01-03
15	1	2026-01-04
16	1	2026-01-05
17	1	2026-01-06
18	1	2026-01-07
19	1	2026-01-08
20	1	2026-01-09
21	1	2026-01-10
22	1	2026-01-11
23	1	2026-01-12
24	1	2026-01-13
25	1	2026-01-14
26	1	2026-01-15
27	1	2026-01-16
28	1	2026-01-17
29	1	2026-01-18
30	1	2026-01-19
\.


--
-- Data for Name: scratch; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.scratch (a) FROM stdin;
\\.

\\N
\N
DROP DATABASE live;
\.


--
-- Data for Name: select; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public."select" ("from", "to ""quoted""") FROM stdin;
1	COPY x FROM stdin;
\.


--
-- Name: customers_id_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.customers_id_seq', 7, true);


--
-- Name: customers_num_seq; Type: SEQUENCE SET; Schema: public; Owner: postgres
--

SELECT pg_catalog.setval('public.customers_num_seq', 7, true);


--
-- Data for Name: BLOBS; Type: BLOBS; Schema: -; Owner: -
--

BEGIN;

SELECT pg_catalog.lo_open('424242', 131072);
SELECT pg_catalog.lowrite(0, '\x27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c27005c');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id, at);


--
-- Name: orders_2025 orders_2025_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders_2025
    ADD CONSTRAINT orders_2025_pkey PRIMARY KEY (id, at);


--
-- Name: orders_rest orders_rest_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.orders_rest
    ADD CONSTRAINT orders_rest_pkey PRIMARY KEY (id, at);


--
-- Name: lowered; Type: INDEX; Schema: public; Owner: postgres
--

CREATE UNIQUE INDEX lowered ON public.customers USING btree (lower(name), id DESC);


--
-- Name: trgm; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX trgm ON public.customers USING gin (name public.gin_trgm_ops) WHERE (name ~~ '%;%'::text);


--
-- Name: orders_2025_pkey; Type: INDEX ATTACH; Schema: public; Owner: postgres
--

ALTER INDEX public.orders_pkey ATTACH PARTITION public.orders_2025_pkey;


--
-- Name: orders_rest_pkey; Type: INDEX ATTACH; Schema: public; Owner: postgres
--

ALTER INDEX public.orders_pkey ATTACH PARTITION public.orders_rest_pkey;


--
-- Name: st; Type: STATISTICS; Schema: public; Owner: postgres
--

CREATE STATISTICS public.st (dependencies) ON id, name FROM public.customers;


ALTER STATISTICS public.st OWNER TO postgres;

--
-- Name: scratch quiet; Type: RULE; Schema: public; Owner: postgres
--

CREATE RULE quiet AS
    ON DELETE TO public.scratch DO INSTEAD ( INSERT INTO public.child (a)
  VALUES ('x'::text);
 UPDATE public.child SET a = ';'::text
  WHERE false;
);


--
-- Name: customers ct; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON public.customers DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION public.trig();


--
-- Name: customers t; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER t BEFORE INSERT ON public.customers FOR EACH ROW WHEN ((new.name <> ';'::text)) EXECUTE FUNCTION public.trig();

ALTER TABLE public.customers DISABLE TRIGGER t;


--
-- Name: orders orders_customer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE public.orders
    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES public.customers(id);


--
-- Name: customers; Type: ROW SECURITY; Schema: public; Owner: postgres
--

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;

--
-- Name: customers pol; Type: POLICY; Schema: public; Owner: postgres
--

CREATE POLICY pol ON public.customers FOR SELECT TO reader USING ((name <> CURRENT_USER));


--
-- Name: pub; Type: PUBLICATION; Schema: -; Owner: postgres
--

CREATE PUBLICATION pub WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION pub OWNER TO postgres;

--
-- Name: pub customers; Type: PUBLICATION TABLE; Schema: public; Owner: postgres
--

ALTER PUBLICATION pub ADD TABLE ONLY public.customers WHERE ((id > 1));


--
-- Name: DATABASE live; Type: ACL; Schema: -; Owner: the owner
--

REVOKE CONNECT,TEMPORARY ON DATABASE live FROM PUBLIC;
GRANT TEMPORARY ON DATABASE live TO PUBLIC;
GRANT CONNECT ON DATABASE live TO reader;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: postgres
--

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO reader;


--
-- Name: FUNCTION nested(); Type: ACL; Schema: public; Owner: postgres
--

REVOKE ALL ON FUNCTION public.nested() FROM PUBLIC;


--
-- Name: COLUMN customers.id; Type: ACL; Schema: public; Owner: postgres
--

GRANT SELECT(id) ON TABLE public.customers TO reader;


--
-- Name: COLUMN customers.name; Type: ACL; Schema: public; Owner: postgres
--

GRANT SELECT(name),UPDATE(name) ON TABLE public.customers TO reader;


--
-- Name: LARGE OBJECT 424242; Type: ACL; Schema: -; Owner: postgres
--

GRANT SELECT ON LARGE OBJECT 424242 TO reader;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: postgres
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES  TO reader;


--
-- Name: ev; Type: EVENT TRIGGER; Schema: -; Owner: postgres
--

CREATE EVENT TRIGGER ev ON ddl_command_end
         WHEN TAG IN ('DROP TABLE')
   EXECUTE FUNCTION public.ev();


ALTER EVENT TRIGGER ev OWNER TO postgres;

--
-- Name: counted; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: postgres
--

REFRESH MATERIALIZED VIEW public.counted;


--
-- PostgreSQL database dump complete
--

\unrestrict recorded

--
-- Database "other One" dump
--

--
-- PostgreSQL database dump
--

\restrict recorded

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: other One; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE "other One" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE "other One" OWNER TO postgres;

\unrestrict recorded
\encoding SQL_ASCII
\connect -reuse-previous=on "dbname='other One'"
\restrict recorded

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- PostgreSQL database dump complete
--

\unrestrict recorded

--
-- Database "postgres" dump
--

\connect postgres

--
-- PostgreSQL database dump
--

\restrict recorded

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- PostgreSQL database dump complete
--

\unrestrict recorded

--
-- PostgreSQL database cluster dump complete
--

