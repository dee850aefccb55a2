import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, nameFromTitle, type Project, type ProjectInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import type { ProjectDoc } from './project.schema.js';

@Injectable()
export class ProjectsService {
  constructor(@InjectModel('Project') private readonly projects: Model<ProjectDoc>) {}

  async list(): Promise<Project[]> {
    const projects = await this.projects.find().sort({ createdAt: 1 }).lean();
    return projects.map(toProject);
  }

  async find(id: string): Promise<Project> {
    const project = await this.projects.findById(id).lean();
    if (!project) throw new AppError('NOT_FOUND', { noun: 'project', name: id });
    return toProject(project);
  }

  /** The project that a member sees first: the one they were in last, else the oldest, made now when there is none. */
  async first(lastId?: string): Promise<Project> {
    const all = await this.list();
    return all.find(({ id }) => id === lastId) ?? all[0] ?? this.create({ title: 'New project', timezone: 'UTC' });
  }

  async create(input: ProjectInput, options: { sample?: boolean } = {}): Promise<Project> {
    const project: ProjectDoc = {
      _id: newId(),
      name: nameFromTitle(input.title),
      title: input.title,
      timezone: input.timezone,
      sample: options.sample ?? false,
      createdAt: new Date(),
    };
    try {
      await this.projects.create(project);
    } catch (error) {
      if (isDuplicate(error))
        throw new AppError('NAME_TAKEN', { noun: 'project', name: project.name }, { cause: error });
      throw error;
    }
    return toProject(project);
  }

  async remove(id: string): Promise<void> {
    await this.projects.deleteOne({ _id: id });
  }
}

function toProject(project: ProjectDoc): Project {
  const { _id, name, title, timezone, sample, createdAt } = project;
  return { id: _id, name, title, timezone, sample, createdAt: createdAt.toISOString() };
}
