/** How the command that probes calls its options; hints name them. */
export interface ProbeFlags {
  model: string;
  key: string;
  timeout: string;
  overflow: string;
}

export const DOCTOR_FLAGS: ProbeFlags = { model: '--probe-model', key: '--probe-key-env', timeout: '--probe-timeout-ms', overflow: '--probe-overflow' };
