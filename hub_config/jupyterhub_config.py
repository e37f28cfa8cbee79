"""The hub on one machine, listening on loopback; a site adds to it in ``conf.d``.

Start it with ``python -m jupyterhub -f .../hub_config/jupyterhub_config.py``, from any folder. Everything it
keeps is below ``$ASTROLIB_HOME``. docs/how-to/hub.md tells what it trusts, and how to change that.
"""
# ruff: noqa: E402 (this package is found only once its folder is in the path)

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from hub_config.announce import ADMIN
from hub_config.authenticator import GuardedPasswordAuthenticator
from hub_config.proxy import HubProxy
from hub_config.services import archive_service, server_environment
from hub_config.site_config import load_site
from hub_config.spawners import HomeSpawner
from hub_config.start import begin, refuse_on_error
from hub_config.wiring import WELCOME, listen_on_loopback, log_to_file

c = get_config()  # noqa: F821 (given by JupyterHub)

with refuse_on_error():
    start = begin()
layout = start.layout

# Who may log in: anybody who knows the password, under any name; `admin` has a password of its own.
c.JupyterHub.authenticator_class = GuardedPasswordAuthenticator
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {ADMIN}
c.SharedPasswordAuthenticator.user_password = start.password
c.SharedPasswordAuthenticator.admin_password = start.admin_password
c.JupyterHub.template_vars = {"announcement_login": WELCOME}

# What each person gets: JupyterLab in a home of their own, as the hub's own system user.
c.JupyterHub.spawner_class = HomeSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(layout.users / "{username}")
c.SystemUserSpawner.logs = str(layout.logs)
c.Spawner.cmd = [sys.executable, "-P", str(HERE / "start_server.py")]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.environment = server_environment(layout)
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 100  # the spawner queues them, four at a time, and turns nobody away

# Where it listens: loopback, and nowhere else.
c.JupyterHub.proxy_class = HubProxy
c.HubProxy.command = [sys.executable, "-P", str(HERE / "proxy_server.py"), str(layout.hub / "proxy.log")]
c.HubProxy.pid_file = str(start.proxy_pid_file)
c.HubProxy.on_ready = start.announcer.ready
c.HubProxy.on_stop = start.announcer.stopping
listen_on_loopback(c, start.ports)

# What it keeps, and what it says: the whole log goes to a file, errors to the terminal.
c.JupyterHub.db_url = f"sqlite:///{layout.hub / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(layout.hub / "cookie_secret")
log_to_file(c, layout.hub / "hub.log")

# Ctrl-C stops the users' servers with the hub. A hub that is killed leaves them, and finds them again.
c.JupyterHub.cleanup_servers = True
c.JupyterHub.services = [archive_service(layout)]

with refuse_on_error():
    load_site(c, [HERE / "conf.d", layout.hub / "conf.d"])
