using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Hosting;

/// <summary>Runs a host to its end, and says in plain words which settings keep it from starting.</summary>
internal static class Startup
{
    /// <summary>The exit code: 0, or 1 when settings are missing or malformed.</summary>
    public static async Task<int> RunAsync(Func<IHost> build)
    {
        try
        {
            await build().RunAsync();
            return 0;
        }
        catch (Exception e) when (Failures(e) is { Count: > 0 } failures)
        {
            await Console.Error.WriteLineAsync("The functions do not start; these settings (environment variables) are wrong:");
            foreach (var failure in failures)
            {
                await Console.Error.WriteLineAsync("  " + failure);
            }

            return 1;
        }
    }

    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException one => [.. one.Failures],
        AggregateException many when many.InnerExceptions.All(e => e is OptionsValidationException) =>
            [.. many.InnerExceptions.SelectMany(Failures)],
        _ => [],
    };
}
