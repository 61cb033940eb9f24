#!/bin/sh
# What any CI runs in a content repository: findings in the log, the same in publisher.sarif, and an exit code.
set -u
status=0
publisher format --check || status=$?
publisher check || status=$?
publisher check --format sarif > publisher.sarif || status=$?
exit "$status"
