using Microsoft.Extensions.Logging.Console;

namespace Serverless.Relay.Observability;

/// <summary>What the relay logs by default, and what it never does.</summary>
internal static class LoggingRules
{
    /// <summary>
    /// Adds the rules. Levels and formatter can be set under <c>Logging</c>, but for the categories that spell out
    /// whole URLs.
    /// </summary>
    public static ILoggingBuilder AddRelayRules(this ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // A start that fails is said by the process itself, in sentences; the host would add a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // Both write request targets, and a request target may hold a key.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None);

        // The host has chosen its own formatter after reading this section; what an operator has set comes last.
        logging.Services.AddOptions<ConsoleLoggerOptions>().BindConfiguration("Logging:Console");
        logging.Services.Configure<SimpleConsoleFormatterOptions>(options => options.SingleLine = true);
        return logging;
    }
}
