#!/bin/sh
# Starts and stops a real Docker engine with a swarm of one node, for tests.
#
#   tests/swarm.sh start FOLDER    start it, with everything it writes in FOLDER
#   tests/swarm.sh stop FOLDER     end it, and remove FOLDER
#
# It runs in namespaces of its own, with only a loopback interface, so nothing in it reaches the
# machine or its network, or can be reached from there except through FOLDER/docker.sock. Ending the
# one process in FOLDER/pid ends everything in them. All folders that an engine writes to in any
# case are covered inside by layers in memory. FOLDER needs a short path, for a socket.
set -eu

action=${1:?start or stop} folder=${2:?a folder}
image=127.0.0.1:1/example/web # of a registry that can only refuse, so that nobody is asked
cgroup=interlock-lint-$(printf %s "$folder" | cksum | cut -d ' ' -f 1)

client() {
    DOCKER_HOST=unix://$folder/docker.sock DOCKER_CONFIG=$folder/client docker "$@"
}

# Runs as the first process of the namespaces, and so takes care of all that ends in them.
inside() {
    mount --make-rprivate /
    mount -t tmpfs none "$folder/layers"
    for covered in /etc /opt /run /var/lib; do
        layer=$folder/layers$covered
        mkdir -p "$layer/upper" "$layer/work"
        mount -t overlay none "$covered" \
            -o "lowerdir=$covered,upperdir=$layer/upper,workdir=$layer/work"
    done
    ip link set lo up
    dockerd --config-file "$folder/daemon.json" -H "unix://$folder/docker.sock" \
        --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" \
        --cgroup-parent "/$cgroup" --shutdown-timeout 1 &
    wait
}

# The process that was recorded, if it is still ours.
process() {
    pid=$(cat "$folder/pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -F "$0 inside $folder "
}

start() {
    mkdir -p "$folder/layers" "$folder/client"
    chmod 700 "$folder"
    echo '{}' >"$folder/daemon.json"
    unshare --mount --net --pid --fork --kill-child=KILL --mount-proc \
        sh "$0" inside "$folder" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    tries=0
    until client version >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ] || { [ "$tries" -gt 20 ] && ! process; }; then
            tail -n 20 "$folder/log" >&2
            stop
            exit 1
        fi
        sleep 0.1
    done
    client swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377 >/dev/null
    load
}

# An image with a web server that answers with the name of its container, if there is a busybox.
# The shell stays, and ends when asked to; as first process, the server alone would not.
load() {
    busybox=$(command -v busybox) || return 0
    root=$folder/image
    mkdir -p "$root/bin" "$root/www" "$root/tmp"
    cp "$busybox" "$root/bin/busybox"
    for name in sh httpd sleep hostname cat; do
        ln -s busybox "$root/bin/$name"
    done
    printf '%s\n' '#!/bin/sh' 'hostname >/www/index.html' 'httpd -p 8080 -h /www' \
        "trap 'exit 0' TERM" 'while :; do sleep 3600 & wait $!; done' >"$root/bin/serve"
    chmod +x "$root/bin/serve"
    tar -C "$root" -c . | client import -c 'ENV PATH=/bin' -c 'CMD ["serve"]' - "$image" >/dev/null
    rm -rf "$root"
}

stop() {
    if process; then
        kill -KILL "$pid"
    fi
    # What ran in the namespaces ends with it, which may take a moment.
    tries=0
    until [ ! -e "$folder" ] && [ -z "$(groups)" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            echo "$folder or its control groups cannot be removed" >&2
            exit 1
        fi
        rm -rf "$folder" 2>/dev/null || true
        groups | while read -r group; do rmdir "$group" 2>/dev/null || true; done
        sleep 0.1
    done
}

# The control groups of the engine, inner ones first.
groups() {
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*"
}

case $action in
start | stop | inside) "$action" ;;
*) exit 2 ;;
esac
