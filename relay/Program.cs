using Serverless.Relay.Authorization;
using Serverless.Relay.Configuration;
using Serverless.Relay.Events;
using Serverless.Relay.Handshake;
using Serverless.Relay.Management;
using Serverless.Relay.Metering;
using Serverless.Relay.Observability;
using Serverless.Relay.Policies;
using Serverless.Relay.Sessions;
using Serverless.Relay.SignalR;
using Serverless.Relay.Tunnel;
using Serverless.Relay.Upstream;

namespace Serverless.Relay;

/// <summary>The relay's process.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await (HealthCheck.RunIfAskedAsync(args) ?? (SignalRServices.BuildAlone(args) ?? Build(WebApplication.CreateSlimBuilder(args))).RunAsync());
            return Environment.ExitCode;
        }
        catch (Exception error) when (StartErrors.Explain(error) is { } sentences)
        {
            await Console.Error.WriteLineAsync(sentences);
            return 1;
        }
    }

    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddObservability().AddManagement().AddPolicies().AddConfiguration().AddKeyAuthorization();
        builder.Services.AddTunnel().AddSessions().AddMetering().AddUpstream().AddHandshake().AddEvents().AddSignalREmulation();
        return builder.Build().UseGateway();
    }
}
