-- What is in the tables, as one asks for it in psql; postgres.test.ts does it too.

-- #region ask
-- The last events, with what they belong to.
SELECT e.position, s.tenant, s.entity, s.key, e.version, e.type, e.data, e.at
FROM plinth.events e JOIN plinth.streams s ON s.entity = e.entity AND s.id = e.stream
ORDER BY e.position DESC LIMIT 10;

-- Stored states: one table an entity.
SELECT key, version, state::json ->> 'balance' AS balance FROM plinth.state_account WHERE tenant = 'main';

-- Rows of the build of a view that is read.
SELECT view, generation FROM plinth.generations WHERE status = 'live';
SELECT key, row::json ->> 'balance' AS balance FROM plinth.view_balances_1 LIMIT 10;

-- How far each subscription is behind the log, and who works on it.
SELECT subscription, shard, plinth.last_position() - position AS behind, owner, expires_at FROM plinth.subscriptions;
-- #endregion ask
