#!/usr/bin/env bash
# What one does first with a service; first-service.test.ts does it too.
set -euo pipefail

serve() {
  # #region serve
  npx plinth serve docs/first-service.ts
  # #endregion serve
}

# #region add
curl -X POST localhost:8080/tasks -H "content-type: application/json" -d '{"title": "Write it down"}'
# #endregion add

# #region refuse
curl -X POST localhost:8080/tasks -H "content-type: application/json" -d '{"titel": "Write it down"}'
# #endregion refuse

# #region list
curl "localhost:8080/tasks?done=false"
# #endregion list
