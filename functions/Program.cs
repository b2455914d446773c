using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Accounts;
using Serverless.Functions.Applications;
using Serverless.Functions.Audit;
using Serverless.Functions.Authorization;
using Serverless.Functions.Backends;
using Serverless.Functions.Connections;
using Serverless.Functions.Declarative;
using Serverless.Functions.Events;
using Serverless.Functions.Health;
using Serverless.Functions.Hosting;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Http;
using Serverless.Functions.MappingRules;
using Serverless.Functions.MessageRules;
using Serverless.Functions.Metering;
using Serverless.Functions.Metrics;
using Serverless.Functions.OpenApi;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;
using Serverless.Functions.Statements;
using Serverless.Functions.Storage;
using Serverless.Functions.Tickets;
using Serverless.Functions.Usage;

return await (HealthCheck.RunIfAskedAsync(args) ?? Startup.RunAsync(() =>
    WorkerHost.IsMeant(args) ? WorkerHost.Build(args, AddFunctions) : EmbeddedHost.Build(args, AddFunctions)));

/// <summary>What the app is made of.</summary>
internal static partial class Program
{
    internal static void AddFunctions(IServiceCollection services) => services
        .AddHttp().AddStorage().AddHosting().AddAccessTokens().AddHealth().AddAudit().AddHousekeeping().AddOpenApiDocument()
        .AddEvents().AddBackends().AddProducts().AddProductMetrics().AddMappingRules().AddMessageRules().AddPolicies()
        .AddAccounts().AddPlans().AddApplications().AddUsage().AddKeyAuthorization().AddTickets().AddMetering()
        .AddStatements().AddPromotion().AddOpenConnections().AddDocuments();
}
