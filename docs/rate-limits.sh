#!/usr/bin/env bash
# How requests are limited; rate-limits.test.ts does it too.
set -euo pipefail

serve() {
  # #region serve
  npx plinth serve docs/first-service.ts --rate-limit 600/60
  # #endregion serve
}

# #region ask
curl -i localhost:8080/tasks
# #endregion ask
