import { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import { Listing, listPage } from '../listing.ts';
import { changes, type Operations, reads } from '../operation.ts';
import { validated } from '../validated.ts';
import type { Endpoints } from './endpoints.ts';
import { CreateEndpointConfigInput, CreateModelInput, Name } from './inputs.ts';
import type { EndpointConfig, Model, Models } from './models.ts';
import type { TagBook } from './tag-book.ts';

const ModelNamed = z.object({ ModelName: Name });
const ConfigNamed = z.object({ EndpointConfigName: Name });
const EndpointNamed = z.object({ EndpointName: Name });
/** Unlike the registry's lists, these start with the newest item. */
const NewestFirst = Listing.extend({ SortOrder: z.enum(['Ascending', 'Descending']).default('Descending') });

/** SageMaker's operations for models, endpoint configurations and endpoints. */
export function servingOperations(models: Models, endpoints: Endpoints, tags: TagBook): Operations {
  return {
    CreateModel: changes(async (input) => {
      const { Tags, ...request } = validated(CreateModelInput, input);
      const { name } = await models.createModel(request);
      tags.add(sagemakerArn('model', name), Tags);
      return { ModelArn: sagemakerArn('model', name) };
    }),
    DescribeModel: reads((input) => describedModel(models.model(validated(ModelNamed, input).ModelName))),
    ListModels: reads((input) => {
      const { page, ...more } = listPage([...models.models.values()], validated(NewestFirst, input));
      return { Models: page.map(modelSummary), ...more };
    }),
    CreateEndpointConfig: changes((input) => {
      const { Tags, ...request } = validated(CreateEndpointConfigInput, input);
      const { name } = models.createConfig(request);
      tags.add(sagemakerArn('endpoint-config', name), Tags);
      return { EndpointConfigArn: sagemakerArn('endpoint-config', name) };
    }),
    DescribeEndpointConfig: reads((input) =>
      describedConfig(models.config(validated(ConfigNamed, input).EndpointConfigName)),
    ),
    ListEndpointConfigs: reads((input) => {
      const { page, ...more } = listPage([...models.configs.values()], validated(NewestFirst, input));
      return { EndpointConfigs: page.map(configSummary), ...more };
    }),
    DescribeEndpoint: reads((input) =>
      endpoints.find(validated(EndpointNamed, input).EndpointName).describe(),
    ),
    ListEndpoints: reads((input) => endpoints.list(input)),
    UpdateEndpoint: changes((input) => endpoints.update(input)),
  };
}

function modelSummary({ name, createdAt }: Model): Record<string, unknown> {
  return { ModelName: name, ModelArn: sagemakerArn('model', name), CreationTime: createdAt };
}

function describedModel(model: Model): unknown {
  return { ...model.request, ...modelSummary(model) };
}

function configSummary({ name, createdAt }: EndpointConfig): Record<string, unknown> {
  return {
    EndpointConfigName: name,
    EndpointConfigArn: sagemakerArn('endpoint-config', name),
    CreationTime: createdAt,
  };
}

function describedConfig(config: EndpointConfig): unknown {
  return { ...config.request, ...configSummary(config) };
}
