/**
 * The services of the endpoint: the only list. Each brings its SDK client's schemas with it, so they are loaded side by
 * side while the database starts.
 */
import type { ServiceOfOperations } from './dispatch.ts';

export function loadServices(): Promise<ServiceOfOperations[]> {
  return Promise.all([
    import('./backup/service.ts').then(({ backup }) => backup),
    import('./cloudcontrol/service.ts').then(({ cloudControlService }) => cloudControlService),
    import('./cloudtrail/service.ts').then(({ cloudtrailService }) => cloudtrailService),
    import('./holdfast/service.ts').then(({ holdfastService }) => holdfastService),
    import('./iam/service.ts').then(({ iamService }) => iamService),
    import('./organizations/service.ts').then(({ organizationsService }) => organizationsService),
    import('./sts/service.ts').then(({ stsService }) => stsService),
  ]);
}
