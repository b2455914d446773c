using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Observability;

/// <summary>Failures to start that are the operator's to mend: said in sentences, without a stack trace.</summary>
internal static class StartErrors
{
    /// <summary>One sentence a line, or null when the failure is of another kind.</summary>
    public static string? Explain(Exception error) => error switch
    {
        OptionsValidationException invalid => string.Join('\n', invalid.Failures),
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            string.Join('\n', several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures)),

        // The binder names setting, value and type.
        InvalidOperationException { InnerException: FormatException or ArgumentException } unbound => unbound.Message,
        IOException { InnerException: AddressInUseException } taken => taken.Message,
        _ => null,
    };
}
