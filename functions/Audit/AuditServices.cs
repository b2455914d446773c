using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Audit;

/// <summary>Registers the audit log.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        services.AddOptions<AuditOptions>().BindConfiguration("Audit").ValidateOnStart();
        return services
            .AddSingleton<AuditTable>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<AuditApi>();
    }
}
