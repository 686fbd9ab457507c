/** The event that EventBridge sends for a change, which the poller hands to the alarm handler. */
export function alarmEvent(
  type: string,
  arn: string | undefined,
  detail: object,
  time: Date | undefined,
): string {
  return JSON.stringify({
    'detail-type': type,
    time,
    resources: arn === undefined ? [] : [arn],
    detail,
  });
}
