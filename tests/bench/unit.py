# SPDX-License-Identifier: EUPL-1.2
"""What systemd would give a pool of the cores, by its unit.  Sessions, and
services, are weighed in groups: a policy is heard by those of its group only,
so the unit says both, and so does this."""
import os
import re

# the controller's root, of cgroup v2 and of v1
ROOTS = '/sys/fs/cgroup', '/sys/fs/cgroup/cpu'


class Unit:
    """CPUSchedulingPolicy= and CPUWeight= of conf/systemd/NAME@.service."""

    def __init__(self, top, name):
        with open(f'{top}/conf/systemd/{name}@.service',
                  encoding='utf-8') as f:
            said = dict(re.findall(r'^(CPU\w+)=(.*)$', f.read(), re.MULTILINE))
        self.policy = said.get('CPUSchedulingPolicy', 'other')
        self.is_idle = said.get('CPUWeight') == 'idle'
        self.path = None

    def take(self, pids):
        """Put the processes into a group as the unit has it; give whether it
        could be done."""
        if not self.is_idle:
            return True
        for root in ROOTS:
            path = f'{root}/assent-bench-{os.getpid()}'
            try:
                os.mkdir(path)
            except OSError:
                continue
            try:
                for name, what in [('cpu.idle', 1)] + \
                        [('cgroup.procs', pid) for pid in pids]:
                    with open(f'{path}/{name}', 'r+', encoding='ascii') as f:
                        f.write(str(what))
                self.path = path
                return True
            except OSError:
                os.rmdir(path)      # no such controller is here
        return False

    def leave(self):
        """Remove the group; its processes have ended."""
        if self.path is not None:
            os.rmdir(self.path)
