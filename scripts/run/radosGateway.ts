import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.ts';
import { answers, freePort } from './ports.ts';

const ACCESS_KEY = 'hutongtest';
const SECRET_KEY = 'hutong-test-secret';

/** A step of bringing the server up failed; the message is the step and the end of its output. */
async function must(step: string, command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await runCommand(command, args, { env });
  if (code !== 0) throw new Error(`${step}: ${output.trim().split('\n').slice(-3).join(' | ')}`);
  return output;
}

function configuration(
  folder: string,
  clusterId: string,
  ports: { monitor: number; monitorOld: number; http: number },
): string {
  return `[global]
fsid = ${clusterId}
mon_host = [v2:127.0.0.1:${ports.monitor},v1:127.0.0.1:${ports.monitorOld}]
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
pid_file = ${folder}/$name.pid
log_file = ${folder}/$name.log
mon_data = ${folder}/mon
osd_data = ${folder}/osd
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
bluestore_block_size = 10737418240
bluestore_block_create = true
bluestore_fsck_on_mount = false
osd_op_num_shards = 2
osd_memory_target = 939524096
ms_bind_ipv6 = false
[client.rgw.hutong]
rgw_frontends = beast endpoint=127.0.0.1:${ports.http} tcp_nodelay=1
rgw_data = ${folder}/rgw
rgw_dns_name = 127.0.0.1
`;
}

/**
 * Starts a real S3 server on loopback without containers: one Ceph monitor, one OSD and the RADOS gateway,
 * from Debian's packages, as root.
 */
export async function startRadosGateway(
  folder: string,
): Promise<{ env: Record<string, string>; stop: () => Promise<void> }> {
  for (const sub of ['mon', 'osd', 'rgw']) fs.mkdirSync(path.join(folder, sub), { recursive: true });
  const ports = { monitor: await freePort(), monitorOld: await freePort(), http: await freePort() };
  const clusterId = randomUUID();
  const conf = path.join(folder, 'ceph.conf');
  const keyring = path.join(folder, 'keyring');
  const map = path.join(folder, 'monmap');
  fs.writeFileSync(conf, configuration(folder, clusterId, ports));
  const env = { ...process.env, CEPH_CONF: conf };
  const stop = async (): Promise<void> => {
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.pid'))) {
      const pid = Number(fs.readFileSync(path.join(folder, name), 'utf8'));
      try {
        if (pid > 1) process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    }
    return Promise.resolve();
  };
  try {
    await must(
      'monmap',
      'monmaptool',
      [
        '--create',
        '--fsid',
        clusterId,
        '--addv',
        'a',
        `[v2:127.0.0.1:${ports.monitor},v1:127.0.0.1:${ports.monitorOld}]`,
        map,
      ],
      env,
    );
    const key = (name: string, ...caps: string[]) =>
      must(
        'keyring',
        'ceph-authtool',
        [
          ...(fs.existsSync(keyring) ? [] : ['--create-keyring']),
          keyring,
          '--gen-key',
          '-n',
          name,
          ...caps.flatMap((cap) => ['--cap', ...cap.split('=')]),
        ],
        env,
      );
    await key('mon.', 'mon=allow *');
    await key('client.admin', 'mon=allow *', 'osd=allow *', 'mgr=allow *');
    await key('client.rgw.hutong', 'mon=allow rwx', 'osd=allow rwx', 'mgr=allow rw');
    await key('osd.0', 'mon=allow profile osd', 'osd=allow *', 'mgr=allow profile osd');
    await must(
      'monitor set-up',
      'ceph-mon',
      ['-c', conf, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring],
      env,
    );
    await must('monitor', 'ceph-mon', ['-c', conf, '-i', 'a'], env);
    await must('osd registration', 'timeout', ['60', 'ceph', '-c', conf, 'osd', 'new', randomUUID()], env);
    const dump = JSON.parse(
      await must('osd map', 'timeout', ['30', 'ceph', '-c', conf, 'osd', 'dump', '-f', 'json'], env),
    ) as { osds: { uuid: string }[] };
    await must(
      'osd set-up',
      'ceph-osd',
      ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', dump.osds[0]?.uuid ?? ''],
      env,
    );
    await must('osd', 'ceph-osd', ['-c', conf, '-i', '0'], env);
    await must(
      'gateway',
      'sh',
      ['-c', `radosgw -c '${conf}' -n client.rgw.hutong </dev/null >'${folder}/rgw.out' 2>&1`],
      env,
    );
    await answers(ports.http, 90_000);
    await must(
      'user',
      'radosgw-admin',
      [
        '-c',
        conf,
        '-n',
        'client.rgw.hutong',
        'user',
        'create',
        '--uid',
        'hutong',
        '--display-name',
        'hutong',
        '--access-key',
        ACCESS_KEY,
        '--secret-key',
        SECRET_KEY,
      ],
      env,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: {
      HUTONG_TEST_S3_ENDPOINT: `http://127.0.0.1:${ports.http}`,
      HUTONG_TEST_S3_ACCESS_KEY: ACCESS_KEY,
      HUTONG_TEST_S3_SECRET_KEY: SECRET_KEY,
    },
    stop,
  };
}
