#!/usr/bin/env bash
# How a system is moved to another store; copy.test.ts does it too.
set -euo pipefail

# #region copy
npx plinth copy --from sqlite:./data/app.db --to sqlite:./data/moved.db
# #endregion copy

serve() {
  # #region serve
  npx plinth serve docs/first-service.ts --store sqlite:./data/moved.db
  # #endregion serve
}
