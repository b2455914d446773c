using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Statements;

/// <summary>Registers statements.</summary>
internal static class StatementsServices
{
    public static IServiceCollection AddStatements(this IServiceCollection services) => services
        .AddSingleton<StatementsApi>();
}
