/**
 * What a new schema is made of (format 1); `migrations.ts` has what came later. Beside these stand the tables that are
 * made as they are needed: `state_<entity>` (states.ts) and `view_<view>_<generation>` (rows.ts). The schema is the first
 * in the search path while this runs.
 *
 * No statement here reads much of a table, and none is worth workers that are started for it; where nothing is known of a
 * young table yet the server believes they are. Hence parallel_workers.
 *
 * Keys are compared byte by byte, hence COLLATE "C". JSON and times are text: they come back as they were given.
 */
export const FOUNDATION = `
  -- One row. Who appends locks it; it is not changed by that, so that what can't be vacuumed yet, while someone holds a
  -- transaction open, never makes it slow.
  CREATE TABLE log (
    singleton       boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    start           bigint NOT NULL,
    partitions_from bigint NOT NULL,
    partitions_to   bigint NOT NULL,
    copy_of         text
  );
  COMMENT ON COLUMN log.copy_of IS 'what this is an unfinished copy of, as JSON; until it is finished nothing else is written';
  COMMENT ON COLUMN log.start IS 'the position before the first';
  COMMENT ON COLUMN log.partitions_from IS 'where the newest partition of events begins';
  COMMENT ON COLUMN log.partitions_to IS 'the position after the newest partition of events';

  -- One row a stream, in a partition for each entity: state_<entity>. What is kept of a stream changes as one row, and an
  -- index of the fields of one entity costs no other.
  CREATE SEQUENCE stream_ids AS bigint CACHE 1;
  CREATE TABLE streams (
    entity        text COLLATE "C" NOT NULL,
    tenant        text COLLATE "C" NOT NULL,
    key           text COLLATE "C" NOT NULL,
    id            bigint NOT NULL,
    version       bigint NOT NULL,
    position      bigint NOT NULL,
    line          bigint NOT NULL,
    state_version bigint,
    state         text COLLATE "C",
    PRIMARY KEY (tenant, key, entity)
  ) PARTITION BY LIST (entity);
  CREATE INDEX streams_by_id ON streams (id);
  COMMENT ON COLUMN streams.position IS 'of the last event';
  COMMENT ON COLUMN streams.line IS 'of the last commit with events; 0 where it had none';
  COMMENT ON COLUMN streams.state_version IS 'the version that the state was stored at; null where it is not stored';

  CREATE TABLE events (
    position bigint NOT NULL,
    entity   text COLLATE "C" NOT NULL,
    stream   bigint NOT NULL,
    version  bigint NOT NULL,
    type     text COLLATE "C" NOT NULL,
    data     text COLLATE "C" NOT NULL,
    at       text COLLATE "C" NOT NULL,
    actor    text COLLATE "C" NOT NULL,
    trace    text COLLATE "C",
    PRIMARY KEY (position)
  ) PARTITION BY RANGE (position);
  CREATE INDEX events_by_stream ON events (stream, version);

  CREATE TABLE answers (
    id          text COLLATE "C" NOT NULL,
    stream      bigint NOT NULL,
    version     bigint NOT NULL,
    position    bigint NOT NULL,
    events      integer NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    refusal     text COLLATE "C",
    at          text COLLATE "C" NOT NULL
  ) WITH (parallel_workers = 0);
  COMMENT ON TABLE answers IS 'what was answered first to each command id';
  -- Most ids are random: a hash index costs half of a B-tree's here. That each id is there once is what append sees to.
  CREATE INDEX answers_by_id ON answers USING hash (id);
  CREATE INDEX answers_by_age ON answers USING brin (at) WITH (autosummarize = on);

  CREATE TABLE unique_values (
    tenant text COLLATE "C" NOT NULL,
    name   text COLLATE "C" NOT NULL,
    value  text COLLATE "C" NOT NULL,
    stream bigint NOT NULL,
    PRIMARY KEY (tenant, name, value)
  );

  CREATE TABLE generations (
    view        text COLLATE "C" NOT NULL,
    generation  bigint NOT NULL,
    status      text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    PRIMARY KEY (view, generation)
  );

  CREATE TABLE subscriptions (
    subscription text COLLATE "C" NOT NULL,
    shard        integer NOT NULL,
    position     bigint NOT NULL,
    owner        text COLLATE "C",
    token        bigint NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (subscription, shard)
  ) WITH (fillfactor = 50);
  COMMENT ON COLUMN subscriptions.token IS 'the fencing token of the lease; grows with every new owner';

  CREATE TABLE parks (
    subscription text COLLATE "C" NOT NULL,
    position     bigint NOT NULL,
    shard        integer NOT NULL,
    key          text COLLATE "C" NOT NULL,
    status       text COLLATE "C" NOT NULL,
    attempts     integer NOT NULL,
    due_at       double precision NOT NULL,
    error        text COLLATE "C" NOT NULL,
    data         text COLLATE "C",
    parked_at    double precision NOT NULL,
    PRIMARY KEY (subscription, position)
  );
  COMMENT ON COLUMN parks.due_at IS 'milliseconds since 1970';
  CREATE INDEX parks_due ON parks (subscription, shard, due_at) WHERE due_at > 0;
  CREATE INDEX parks_by_key ON parks (subscription, key, position);

  CREATE TABLE discarded (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription text COLLATE "C" NOT NULL,
    position     bigint NOT NULL,
    key          text COLLATE "C" NOT NULL,
    error        text COLLATE "C" NOT NULL,
    reason       text COLLATE "C" NOT NULL,
    by           text COLLATE "C" NOT NULL,
    at           text COLLATE "C" NOT NULL
  );

  CREATE TABLE copy_places (
    section text COLLATE "C" PRIMARY KEY,
    place   text COLLATE "C" NOT NULL
  );
  COMMENT ON TABLE copy_places IS 'how far each section of an unfinished copy has come';

  CREATE TABLE counters (
    name  text COLLATE "C" PRIMARY KEY,
    value bigint NOT NULL
  );
  COMMENT ON TABLE counters IS 'numbers that only grow, also where the rows that bear them are removed';
`;

/** Adds the next partition of events, for 2^24 of them. Old ones may be detached and archived. */
export const ADD_PARTITION = `
  CREATE FUNCTION add_partition() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  DECLARE
    lower_bound bigint;
    upper_bound bigint;
    partition   text;
  BEGIN
    SELECT partitions_to INTO lower_bound FROM log;
    upper_bound := (lower_bound / 16777216 + 1) * 16777216;
    partition := 'events_from_' || lower_bound;
    EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING ALL) WITH (parallel_workers = 0)', partition);
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', partition, lower_bound, upper_bound);
    UPDATE log SET partitions_from = lower_bound, partitions_to = upper_bound;
  END $$;
`;

/** Makes the table of an entity's streams where it is missing; those who append meanwhile go on. */
export const MAKE_STATE_TABLE = `
  CREATE FUNCTION make_state_table(entity text, name text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    IF to_regclass(quote_ident(name)) IS NOT NULL THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE streams INCLUDING ALL) WITH (fillfactor = 50, parallel_workers = 0)', name);
    EXECUTE format('ALTER TABLE streams ATTACH PARTITION %I FOR VALUES IN (%L)', name, entity);
  END $$;
`;

/**
 * What a field of a JSON document is sorted by: '' for null and what is missing, '2' and the order-preserving form of an
 * IEEE 754 number, '3' and the text. true and false are 1 and 0. sortKey.ts says the same of a value. What PostgreSQL can't
 * keep in a text, U+0000 and halves of surrogate pairs, counts as U+FFFD.
 */
export const SORT_KEY = `
  CREATE FUNCTION sort_key(document text, field text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  DECLARE
    value  text;
    number double precision;
    hex    text;
  BEGIN
    IF position('\\u' IN document) > 0 THEN
      document := regexp_replace(document, '((?<!\\\\)(?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F]..)', '\\1\\ufffd', 'g');
    END IF;
    IF document NOT LIKE '{%' AND left(ltrim(document, E' \\t\\n\\r'), 1) <> '{' THEN RETURN ''; END IF;
    value := (document::json -> field)::text;
    CASE left(value, 1)
      WHEN '"' THEN RETURN '3' || (value::json #>> '{}');
      WHEN 't' THEN number := 1;
      WHEN 'f' THEN number := 0;
      WHEN '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' THEN
        IF length(value) < 300 AND strpos(value, 'e') = 0 AND strpos(value, 'E') = 0 THEN
          number := value::double precision;
        ELSE
          -- What no IEEE 754 number is near to must not be an error: nobody could write the document.
          number := CASE
            WHEN value ~ '[eE]-0*[1-9][0-9]{4}' THEN 0
            WHEN value ~ '[eE][+]?0*[1-9][0-9]{4}' OR abs(value::numeric) >= 1.797693134862315807e308
              THEN CASE WHEN value LIKE '-%' THEN '-Infinity'::numeric ELSE 'Infinity' END
            WHEN abs(value::numeric) < 1e-300 THEN 0
            ELSE value::numeric
          END;
        END IF;
      ELSE RETURN '';
    END CASE;
    hex := encode(float8send(number), 'hex');
    IF number < 0 THEN RETURN '2' || translate(hex, '0123456789abcdef', 'fedcba9876543210'); END IF;
    RETURN '2' || translate(left(hex, 1), '01234567', '89abcdef') || substr(hex, 2);
  END $$;
`;

/**
 * Whether what a field is sorted by is too long for an index, which takes no entry beyond 2704 bytes, tenant and key
 * included. Rows with such a field have an index of their own. In plain SQL, so that it is inlined: a short document is not
 * looked into, and by ranges with two ends the planner expects that few are.
 */
export const IS_LONG = `
  CREATE FUNCTION is_long(document text, field text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN octet_length(document) BETWEEN 513 AND 2147483647
    AND octet_length(sort_key(document, field)) BETWEEN 513 AND 2147483647;
`;
