import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config.js';
import { ProjectsService } from '../projects/projects.service.js';
import { MembersService } from './members.service.js';

/** Lets the first person in: the admin of the settings, or whoever has the link that is printed on the console. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly members: MembersService,
    private readonly projects: ProjectsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @returns the path of the one-time link, when somebody still has to use it */
  async prepare(): Promise<string | undefined> {
    if (!(await this.members.isEmpty())) return undefined;
    await this.projects.first();
    if (!this.config.firstAdmin) return `/setup/${await this.members.issueFirstLink()}`;
    await this.members.addAdmin(this.config.firstAdmin.email, this.config.firstAdmin.password);
    return undefined;
  }
}
