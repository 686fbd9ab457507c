/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: TrainingJobName */
const jobName = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** Whether a training job can have this name. */
export function isJobName(text: string): boolean {
  return jobName.test(text);
}
