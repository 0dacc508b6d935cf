#!/usr/bin/env -S node --max-semi-space-size=2
// npm links a command only to a file that is there when it installs, which is before the build.
import '../dist/main.js'
