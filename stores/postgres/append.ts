import { UNFINISHED_COPY } from "./failures.ts";

/**
 * The one way into the log: judges the commits of a batch, each by itself after those before it, and writes what it
 * accepts, in one round trip and one transaction.
 *
 * At READ COMMITTED every statement of a function sees what was committed when it began, and one that waits for a lock sees
 * what was there before it waited. So the log is locked by a statement of its own, and all that is judged by is read after
 * it. The lock is held until the transaction is committed, so that positions are committed in their order.
 *
 * Commits and streams are numbered from 1. `s_…` are the streams that the batch names, each once. `c_…` are the commits:
 * their stream, the version and line that they were decided on, how many events they have, the commit before with the same
 * command id (0: none), and as JSON what few have: conditions and unique values. `e_…` are the events. `t_…` are the
 * entities of the streams, each once, with their tables.
 *
 * Gives for each commit its position where it was accepted, -1 for a conflict, -2 for a duplicate and -3 where a value is
 * taken; and for those that are taken, the name of the unique value.
 */
export const APPEND = `
  CREATE FUNCTION append(
    s_tenant text[], s_entity text[], s_key text[],
    c_stream int[], c_expected bigint[], c_line bigint[], c_ahead boolean[], c_events int[],
    c_command text[], c_same int[], c_fingerprint text[], c_refusal text[],
    c_at text[], c_actor text[], c_trace text[], c_state text[], c_rest json[],
    e_commit int[], e_nth int[], e_type text[], e_data text[],
    t_entity text[], t_table text[],
    OUT verdicts bigint[], OUT taken text[]
  ) LANGUAGE plpgsql
    SET search_path FROM CURRENT
    -- A plan that was made while a table was small must stay good when it has grown.
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off
    SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
  DECLARE
    commits   CONSTANT int := coalesce(cardinality(c_stream), 0);
    before    bigint;
    head      bigint;
    ids       bigint[];
    versions  bigint[];
    lines     bigint[];
    is_new    boolean[];
    positions bigint[];
    places    tid[];
    changed   boolean[];
    states    int[];
    seen      boolean[];
    starts    bigint[];
    n         int;
    verdict   bigint;
    origin    text;
    index     text;
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'The isolation of transactions must be read committed' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    verdicts := array_fill(NULL::bigint, ARRAY[commits]);
    taken := array_fill(NULL::text, ARRAY[commits]);
    starts := array_fill(NULL::bigint, ARRAY[commits]);
    states := array_fill(NULL::int, ARRAY[cardinality(s_key)]);
    changed := array_fill(false, ARRAY[cardinality(s_key)]);

    SELECT copy_of INTO origin FROM log FOR UPDATE;
    IF origin IS NOT NULL THEN RAISE EXCEPTION '%', origin USING ERRCODE = '${UNFINISHED_COPY}'; END IF;

    head := last_position();
    before := head;
    SELECT array_agg(coalesce(found.id, 0) ORDER BY asked.n), array_agg(coalesce(found.version, 0) ORDER BY asked.n),
           array_agg(coalesce(found.line, 0) ORDER BY asked.n), array_agg(found.id IS NULL ORDER BY asked.n),
           array_agg(found.position ORDER BY asked.n), array_agg(found.place ORDER BY asked.n)
    INTO ids, versions, lines, is_new, positions, places
    FROM unnest(s_tenant, s_entity, s_key) WITH ORDINALITY AS asked (tenant, entity, key, n)
    LEFT JOIN LATERAL (
      SELECT streams.*, streams.ctid AS place FROM streams
      WHERE streams.entity = asked.entity AND streams.tenant = asked.tenant AND streams.key = asked.key
      OFFSET 0
    ) found ON true;

    -- Not by EXISTS: the server may answer that by reading the whole table first, whatever it is told of plans.
    SELECT array_agg(found.id IS NOT NULL ORDER BY asked.n)
    INTO seen
    FROM unnest(c_command) WITH ORDINALITY AS asked (id, n)
    LEFT JOIN LATERAL (SELECT id FROM answers WHERE answers.id = asked.id LIMIT 1) found ON true;

    FOR i IN 1 .. commits LOOP
      n := c_stream[i];
      verdict := NULL;
      IF seen[i] OR verdicts[c_same[i]] >= 0 OR verdicts[c_same[i]] = -2 THEN
        verdict := -2;
      ELSIF versions[n] <> c_expected[i] THEN
        verdict := -1;
      ELSIF c_ahead[i] AND (lines[n] = 0 OR lines[n] <> c_line[i]) THEN
        verdict := -1;
      ELSIF c_rest[i] IS NOT NULL THEN
        IF ids[n] = 0 THEN ids[n] := nextval('stream_ids'); END IF;
        index := judge_rest(c_rest[i], s_tenant[n], ids[n], versions, before, s_tenant, s_entity, c_stream, c_events, verdicts);
        IF index = '' THEN
          verdict := -1;
        ELSIF index IS NOT NULL THEN
          verdict := -3;
          taken[i] := index;
        END IF;
      END IF;
      IF verdict IS NULL THEN
        IF ids[n] = 0 THEN ids[n] := nextval('stream_ids'); END IF;
        changed[n] := true;
        starts[i] := head;
        IF c_events[i] > 0 THEN
          head := head + c_events[i];
          versions[n] := versions[n] + c_events[i];
          lines[n] := c_line[i];
          positions[n] := head;
        END IF;
        IF c_state[i] IS NOT NULL THEN states[n] := i; END IF;
        verdict := head;
      END IF;
      verdicts[i] := verdict;
    END LOOP;

    IF head > before THEN PERFORM pg_notify(current_schema(), head::text); END IF;

    WHILE head > (SELECT partitions_to - 4194304 FROM log) LOOP
      PERFORM add_partition();
    END LOOP;

    IF true = ANY (is_new) THEN
      FOR i IN 1 .. cardinality(t_entity) LOOP
        PERFORM make_state_table(t_entity[i], t_table[i]);
      END LOOP;
      INSERT INTO streams (entity, tenant, key, id, version, position, line, state_version, state)
      SELECT s.entity, s.tenant, s.key, s.id, s.version, coalesce(s.position, 0), s.line,
             c_expected[s.decided] + c_events[s.decided], c_state[s.decided]
      FROM unnest(s_tenant, s_entity, s_key, ids, versions, positions, lines, is_new, changed, states)
        AS s (tenant, entity, key, id, version, position, line, is_new, changed, decided)
      WHERE s.is_new AND s.changed;
    END IF;

    PERFORM change_streams(
      s_entity, places, versions, positions, lines, changed, states, c_expected, c_events, c_state
    );

    INSERT INTO events (position, entity, stream, version, type, data, at, actor, trace)
    SELECT starts[e.commit] + e.nth, s_entity[c_stream[e.commit]], ids[c_stream[e.commit]], c_expected[e.commit] + e.nth, e.type, e.data,
           c_at[e.commit], c_actor[e.commit], c_trace[e.commit]
    FROM unnest(e_commit, e_nth, e_type, e_data) AS e (commit, nth, type, data)
    WHERE verdicts[e.commit] >= 0;

    INSERT INTO answers (id, stream, version, position, events, fingerprint, refusal, at)
    SELECT c.id, ids[c.stream], c.expected + c.events, c.verdict, c.events, c.fingerprint, c.refusal, c.at
    FROM unnest(c_command, c_stream, c_expected, c_events, verdicts, c_fingerprint, c_refusal, c_at)
      AS c (id, stream, expected, events, verdict, fingerprint, refusal, at)
    WHERE c.id IS NOT NULL AND c.verdict >= 0;
  END $$;
`;

/**
 * Changes rows of streams where they were found: nobody else changes them while the log is locked. They must be fetched from
 * there and in no other way: an index of a table that was empty when the plan was made looks as good then.
 */
export const CHANGE_STREAMS = `
  CREATE FUNCTION change_streams(
    s_entity text[], places tid[], versions bigint[], positions bigint[], lines bigint[], changed boolean[], states int[],
    c_expected bigint[], c_events int[], c_state text[]
  ) RETURNS void LANGUAGE plpgsql
    SET search_path FROM CURRENT
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off
    SET enable_indexscan = off SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
  BEGIN
    UPDATE streams
    SET version = s.version, position = s.position, line = s.line,
        state_version = coalesce(c_expected[s.decided] + c_events[s.decided], streams.state_version),
        state = coalesce(c_state[s.decided], streams.state)
    FROM unnest(s_entity, places, versions, positions, lines, changed, states)
      AS s (entity, place, version, position, line, changed, decided)
    WHERE streams.entity = s.entity AND streams.ctid = s.place AND s.changed
      AND (streams.version <> s.version OR s.decided IS NOT NULL);
  END $$;
`;

/** The last position. Only the newest partitions are looked at: the one before may hold the last, where it was just added. */
export const LAST_POSITION = `
  CREATE FUNCTION last_position() RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  DECLARE
    newest bigint;
  BEGIN
    SELECT position INTO newest FROM events
    WHERE position >= (SELECT partitions_from FROM log)
    ORDER BY position DESC LIMIT 1;
    IF newest IS NULL THEN
      SELECT position INTO newest FROM events ORDER BY position DESC LIMIT 1;
    END IF;
    RETURN coalesce(newest, (SELECT start FROM log));
  END $$;
`;

/**
 * Judges conditions, then claims and changes unique values where all is well. Gives NULL then; '' where a condition does not
 * hold; the name of a unique value that another stream has.
 */
export const JUDGE_REST = `
  CREATE FUNCTION judge_rest(
    rest json, own_tenant text, own_stream bigint, versions bigint[], before bigint,
    s_tenant text[], s_entity text[], c_stream int[], c_events int[], verdicts bigint[]
  ) RETURNS text LANGUAGE plpgsql
    SET search_path FROM CURRENT
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off
    SET jit = off SET plan_cache_mode = force_generic_plan
  AS $$
  DECLARE
    condition json;
    entities  text[];
    change    json;
    holder    bigint;
  BEGIN
    FOR condition IN SELECT json_array_elements(rest -> 'conditions') LOOP
      IF condition ->> 'kind' = 'version' THEN
        IF versions[(condition ->> 'stream')::int] <> (condition ->> 'version')::bigint THEN RETURN ''; END IF;
      ELSE
        entities := ARRAY(SELECT json_array_elements_text(condition -> 'entities'));
        IF EXISTS (
          SELECT FROM events JOIN streams ON streams.entity = events.entity AND streams.id = events.stream
          WHERE events.position > (condition ->> 'after')::bigint AND events.position <= before
            AND events.entity = ANY (entities) AND streams.tenant = condition ->> 'tenant'
        ) OR EXISTS (
          SELECT FROM unnest(verdicts) WITH ORDINALITY AS earlier (verdict, n)
          WHERE earlier.verdict > greatest(before, (condition ->> 'after')::bigint) AND c_events[earlier.n] > 0
            AND s_tenant[c_stream[earlier.n]] = condition ->> 'tenant' AND s_entity[c_stream[earlier.n]] = ANY (entities)
        ) THEN
          RETURN '';
        END IF;
      END IF;
    END LOOP;

    FOR change IN SELECT json_array_elements(rest -> 'unique') LOOP
      SELECT stream INTO holder FROM unique_values
      WHERE tenant = own_tenant AND name = change ->> 'index' AND value = change ->> 'claim';
      IF holder <> own_stream THEN RETURN change ->> 'index'; END IF;
    END LOOP;

    DELETE FROM unique_values
    USING json_array_elements(rest -> 'unique') AS asked (change)
    WHERE tenant = own_tenant AND name = asked.change ->> 'index' AND value = asked.change ->> 'release'
      AND stream = own_stream;
    INSERT INTO unique_values (tenant, name, value, stream)
    SELECT own_tenant, asked.change ->> 'index', asked.change ->> 'claim', own_stream
    FROM json_array_elements(rest -> 'unique') AS asked (change)
    WHERE asked.change ->> 'claim' IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$;
`;
