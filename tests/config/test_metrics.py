"""Measures: one answer sums what all processes have counted, those that have ended too."""

import os
import subprocess
import sys

COUNT = "from prometheus_client import Counter; Counter('visitors', 'Who came.').inc({})"
ANSWER = """
from config.metrics import application

def say(status, headers):
    print(status)

print(b"".join(application({"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"}, say)).decode())
"""


def run(code, folder):
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    return subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout


def test_measures_of_all_processes_are_summed(tmp_path):
    run(COUNT.format(2), tmp_path)
    run(COUNT.format(40), tmp_path)

    said = run(ANSWER, tmp_path).splitlines()

    assert said[0] == "200 OK"
    assert "visitors_total 42.0" in said
