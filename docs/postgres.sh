#!/usr/bin/env bash
# From a file on a laptop to three processes on PostgreSQL; postgres.test.ts does it too.
set -euo pipefail

# #region move
npx plinth copy --from sqlite:./data/app.db --to postgres://me:secret@localhost/app
npx plinth serve examples/accounts --store postgres://me:secret@localhost/app --port 8081 &
npx plinth serve examples/accounts --store postgres://me:secret@localhost/app --port 8082 &
npx plinth serve examples/accounts --store postgres://me:secret@localhost/app --port 8083 &
# #endregion move

# #region migrate
npx plinth migrate --store postgres://me:secret@localhost/app
# #endregion migrate
