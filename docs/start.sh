#!/usr/bin/env bash
# What a visitor does first; start.test.ts does it too.
# #region start
npm install && npm start
# #endregion start
