#!/bin/sh
# Cline's command line: writes its provider settings below ~/.cline
cline auth -p openai-compatible -k any-key -m openfusion/auto -b http://127.0.0.1:8787/v1
