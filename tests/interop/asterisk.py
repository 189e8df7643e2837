"""An office that is a real Asterisk, run from a chroot in a network namespace."""

import os
import re
import subprocess

from office import BEHAVIOURS, Outcome, iax_conf, run, wait_for, write

# Its run, log and spool directories and the files of the test are bound to this place in the chroot, so that nothing
# is ever written to the chroot itself.
HOME = "/mnt"

MODULES = """res_timing_timerfd res_crypto res_clioriginate chan_iax2 pbx_config bridge_simple bridge_builtin_features
app_dial app_echo app_playback app_mixmonitor app_read app_senddtmf app_sendtext app_verbose func_channel func_strings
codec_ulaw codec_alaw codec_gsm format_pcm format_wav format_gsm"""

# The phones of the office and what each does.  N is the office's digit.
PHONES = """
exten => N01,1,Goto(talk-1,1)
exten => N12,1,Goto(talk-2,1)
exten => N13,1,Goto(talk-3,1)
exten => _talk-X,1,Answer()
same => n,MixMonitor({home}/heard/mix-${{UNIQUEID}}.wav,r({home}/heard/${{UNIQUEID}}.wav))
same => n,Log(NOTICE,phone heard ${{UNIQUEID}}.wav)
same => n,Playback({home}/speech/{voice}${{EXTEN:5}})
same => n,Wait(20)
exten => N02,1,Answer()
same => n,Echo()
exten => N03,1,Busy(20)
exten => N04,1,Answer()
same => n,Log(NOTICE,phone listens)
same => n,Read(DIGITS,,4,,1,10)
same => n,Log(NOTICE,phone digits ${{DIGITS}})
same => n,Wait(30)
exten => N05,1,Answer()
same => n,Wait(0.5)
same => n,SendText(greetings from {name})
same => n,Wait(10)
exten => N06,1,Answer()
same => n,Wait(0.5)
same => n,SendDTMF(159*,200,150)
same => n,Wait(10)
exten => N07,1,Answer()
same => n,Wait(1)
same => n,Hangup(16)
exten => N08,1,Ringing()
same => n,Answer()
same => n,Wait(60)
exten => N09,1,Answer()
same => n,Log(NOTICE,phone listens)
same => n,ReceiveText(10)
same => n,Log(NOTICE,phone text ${{RECEIVETEXTMESSAGE}})
same => n,Wait(5)
"""

EXTENSIONS = """[general]
[from-iax]
{phones}

[out]
exten => _dial-X!,1,Set(CALLED=${{EXTEN}})
same => n,Dial(IAX2/{other}/${{EXTEN:5}},15)
exten => _bad-X!,1,Set(CALLED=${{EXTEN}})
same => n,Dial(IAX2/wrong/${{EXTEN:4}},15)
exten => h,1,Log(NOTICE,call ${{CALLED}} ${{DIALSTATUS}} ${{HANGUPCAUSE}})
"""

ASTERISK_CONF = """[directories]
astetcdir => {home}/etc
astmoddir => {modules}
astvarlibdir => {home}/lib
astdbdir => {home}/lib
astkeydir => {home}/lib
astdatadir => /usr/share/asterisk
astagidir => {home}/lib/agi
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
[options]
verbose = 5
"""

DIALSTATUS = {"ANSWER": "answered", "BUSY": "busy", "CONGESTION": "rejected", "CHANUNAVAIL": "unreachable", "NOANSWER": "noanswer"}


class Asterisk:
    kind = "Asterisk"

    def __init__(self, office, chroot, namespace, directory, speech, general=""):
        self.office = office
        self._chroot, self._namespace, self._directory = os.path.abspath(chroot), namespace, os.path.abspath(directory)
        self._process = None
        self._configure(speech, general)

    def _configure(self, speech, general):
        modules = next(path for path in ("/usr/lib/x86_64-linux-gnu/asterisk/modules", "/usr/lib/asterisk/modules",
                                         f"/usr/lib/{os.uname().machine}-linux-gnu/asterisk/modules")
                       if os.path.isdir(self._chroot + path))
        for name in ("etc", "lib", "spool", "run", "log", "heard"):
            os.makedirs(os.path.join(self._directory, name), exist_ok=True)
        phones = PHONES.replace("=> N", "=> " + self.office.digit).format(home=HOME, voice=self.office.voice, name=self.office.name)
        files = {
            "asterisk.conf": ASTERISK_CONF.format(home=HOME, modules=modules),
            "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in MODULES.split()),
            "logger.conf": "[general]\ndateformat = %H:%M:%S\n[logfiles]\nfull => notice,warning,error,verbose,dtmf\n",
            "iax.conf": iax_conf(self.office, general),
            "extensions.conf": EXTENSIONS.format(phones=phones, other=self.office.other, voice=self.office.voice, home=HOME),
        }
        for name, text in files.items():
            write(os.path.join(self._directory, "etc", name), text)
        target = os.path.join(self._directory, "speech")
        if not os.path.exists(target):
            os.makedirs(target)
            for name in os.listdir(speech):
                if name.endswith(".ulaw"):
                    with open(os.path.join(speech, name), "rb") as source, open(os.path.join(target, name), "wb") as copy:
                        copy.write(source.read())

    def __enter__(self):
        # `ip netns exec` gives a mount namespace of its own too: these mounts die with the process.
        script = f"""mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && mount --bind "$2" "$1{HOME}" \
            && cd "$1" && exec chroot . asterisk -f -C {HOME}/etc/asterisk.conf"""
        with open(os.path.join(self._directory, "console"), "w", encoding="utf-8") as console:
            self._process = subprocess.Popen(["ip", "netns", "exec", self._namespace, "sh", "-c", script, "sh", self._chroot,
                                              self._directory], stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            wait_for(self._why_not, self._booted, 30)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _booted(self):
        return "fully booted" in self.cli("core waitfullybooted")

    def _why_not(self):
        with open(os.path.join(self._directory, "console"), encoding="utf-8", errors="replace") as console:
            return f"Asterisk did not start: {console.read()[-800:]}"

    def __exit__(self, *unused):
        if not self._process:
            return
        self.cli("core stop now")
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def cli(self, command):
        if self._process.poll() is not None:
            return ""
        return run(["nsenter", "-t", str(self._process.pid), "-m", "-n", "-r", "-w", "asterisk", "-C", HOME + "/etc/asterisk.conf",
                    "-rx", command])

    # --- what the tests ask of an office ---

    def log(self):
        with open(os.path.join(self._directory, "log", "full"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def active_calls(self):
        found = re.search(r"(\d+) active channel", self.cli("core show channels"))
        return int(found.group(1)) if found else -1

    def version(self):
        found = re.search(r"Asterisk \S+", self.cli("core show version"))
        return found.group(0) if found else "Asterisk (unknown)"

    def phone(self, behaviour):
        return AsteriskPhone(self, behaviour)

    def start_call(self, number, action, by="dial"):
        """Calls a number at the other office; `action` says what happens at this end.  `by` "bad": with a wrong secret."""
        return AsteriskCall(self, f"{by}-{number}", action)

    def heard_file(self, name):
        return os.path.join(self._directory, "heard", name)


class _End:
    """One end of a call at an Asterisk, followed by what the dialplan writes to the log."""

    def __init__(self, asterisk, behaviour):
        self._asterisk = asterisk
        self._mark = len(asterisk.log())
        self._exten = asterisk.office.digit + BEHAVIOURS[behaviour]
        self._talk = {"talk": "1", "talk2": "2", "talk3": "3"}.get(behaviour, "1")

    def _seen(self, pattern):
        return re.findall(pattern, self._asterisk.log()[self._mark:])

    def _notes(self, pattern, exten=r"\S+"):
        return self._seen(rf"Ext\. {exten}: {pattern}")

    def _outcome(self, status):
        heard = self._notes(r"phone heard (\S+\.wav)", "talk-" + self._talk)
        digits = self._notes(r"phone digits (\S*)")
        return Outcome(status=status, heard=self._asterisk.heard_file(heard[-1]) if heard else "",
                       said=self._asterisk.office.voice + self._talk, digits=digits[-1] if digits else "",
                       texts=self._notes(r"phone text (.*)"))

    def ready(self, seconds=10):
        """Waits until this end listens for digits or text."""
        wait_for("the phone at Asterisk never listened", lambda: self._notes("phone listens"), seconds)


class AsteriskPhone(_End):
    def __init__(self, asterisk, behaviour):
        super().__init__(asterisk, behaviour)
        self.number = self._exten

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        return None

    def outcome(self):
        return self._outcome("answered" if self._seen(rf"Executing \[{self._exten}@") else "")


class AsteriskCall(_End):
    def __init__(self, asterisk, called, action):
        super().__init__(asterisk, action)
        self._called = called
        asterisk.cli(f"channel originate Local/{called}@out/n extension {self._exten}@from-iax")

    def hangup(self):
        self._asterisk.cli("channel request hangup all")

    def wait(self, seconds=20):
        """The outcome, once the call has ended."""
        pattern = rf"call {self._called} ([A-Z]*) (\d*)"
        wait_for(f"the call of {self._called} never ended", lambda: self._notes(pattern), seconds)
        status, cause = self._notes(pattern)[0]
        outcome = self._outcome(DIALSTATUS.get(status, status))
        outcome.detail = f"DIALSTATUS {status}, cause {cause}"
        return outcome
