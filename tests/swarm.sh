#!/bin/sh
# Starts and stops real Docker engines with a swarm of their own, for tests.
#
#   tests/swarm.sh start FOLDER           start a manager, with everything it writes in FOLDER
#   tests/swarm.sh join FOLDER MANAGER    start a second engine, a worker in the swarm of the first
#   tests/swarm.sh halt FOLDER            end an engine at once, and keep FOLDER, to start it again
#   tests/swarm.sh stop FOLDER            end it, and remove FOLDER
#
# It runs in namespaces of its own, with only a loopback interface, so nothing in it reaches the
# machine or its network, or can be reached from there except through FOLDER/docker.sock. Ending the
# one process in FOLDER/pid ends everything in them. A worker is connected to its manager, and to
# nothing else. All folders that an engine writes to in any case are covered inside by layers in
# memory. FOLDER needs a short path, for a socket.
set -eu

action=${1:?start, join, halt or stop} folder=${2:?a folder}
first=10.77.0.1 second=10.77.0.2 # addresses of the nodes, on their loopback interfaces
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
    ip address add "$1/32" dev lo
    dockerd --config-file "$folder/daemon.json" -H "unix://$folder/docker.sock" \
        --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" \
        --cgroup-parent "/$cgroup" --shutdown-timeout 1 &
    wait
}

# The process that was recorded, if it is still ours.
process() {
    pid=$(cat "$folder/pid" 2>/dev/null) || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -F "swarm.sh inside $folder "
}

# Starts an engine at an address, and waits until it answers.
begin() {
    mkdir -p "$folder/layers" "$folder/client"
    chmod 700 "$folder"
    echo '{}' >"$folder/daemon.json"
    unshare --mount --net --pid --fork --kill-child=KILL --mount-proc \
        sh "$0" inside "$folder" "$1" >>"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    tries=0
    until client version >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 2000 ] || { [ "$tries" -gt 20 ] && ! process; }; then
            tail -n 20 "$folder/log" >&2
            stop
            exit 1
        fi
        sleep 0.1
    done
}

start() {
    known=$folder/data/swarm/docker-state.json
    again=$([ -e "$known" ] && echo yes || true)
    begin "$first"
    if [ -z "$again" ]; then
        client swarm init --advertise-addr "$first" --listen-addr 0.0.0.0:2377 >/dev/null
        load
    fi
    until client node ls >/dev/null 2>&1; do sleep 0.1; done
}

join() {
    manager=$1
    begin "$second"
    here=$(inner "$folder") there=$(inner "$manager")
    nsenter -t "$there" -n ip link add worker type veth peer name manager netns "$here"
    connect "$there" worker 10.77.1.1 "$second" 10.77.1.2
    connect "$here" manager 10.77.1.2 "$first" 10.77.1.1
    token=$(DOCKER_HOST=unix://$manager/docker.sock docker swarm join-token -q worker)
    client swarm join --advertise-addr "$second" --token "$token" "$first:2377" >/dev/null
    load
}

# The first process inside of the namespaces of an engine.
inner() {
    pid=$(cat "$1/pid")
    tr -d ' ' <"/proc/$pid/task/$pid/children"
}

# Gives one end of a link its address, and the way to the node at the other end.
connect() {
    nsenter -t "$1" -n ip address add "$3/30" dev "$2"
    nsenter -t "$1" -n ip link set "$2" up
    nsenter -t "$1" -n ip route add "$4" via "$5"
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

# Whether there is such a process that is more than an entry for its parent.
is_alive() {
    grep -q -s '^State:[[:space:]]*[^ZX]' "/proc/$1/status"
}

# Ends an engine as if its machine had lost power.
halt() {
    if process; then
        child=$(inner "$folder" || true)
        kill -KILL "$pid"
        # The first process inside is the last to end.
        while process || is_alive "$child"; do sleep 0.05; done
    fi
    rm -rf "$folder/docker.pid" "$folder/docker.sock" "$folder/exec" 2>/dev/null || true
}

stop() {
    halt
    # What ran in the namespaces ends with it, which may take a moment.
    tries=0
    until [ ! -e "$folder" ] && [ -z "$(groups)" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 1000 ]; then
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
start | join | halt | stop | inside) shift 2 && "$action" "$@" ;;
*) exit 2 ;;
esac
