using Microsoft.Extensions.Options;

namespace Serverless.Functions.Events;

/// <summary>Which SignalR Service events are published to. Section <c>SignalR</c>.</summary>
public sealed class SignalROptions
{
    /// <summary>
    /// Connection string of an Azure SignalR Service in serverless mode, or of the relay's emulation of one. Without
    /// AccessKey and with AuthType=azure.msi the process's managed identity is used. Defaults to nothing: then nothing is
    /// published, and relays ask.
    /// </summary>
    public string ConnectionString { get; set; } = "";
}

/// <summary>Refuses a connection string that is none. It may hold a key and is never repeated.</summary>
internal sealed class SignalROptionsValidator : IValidateOptions<SignalROptions>
{
    public ValidateOptionsResult Validate(string? name, SignalROptions options) =>
        options.ConnectionString.Length == 0 || SignalRConnection.TryParse(options.ConnectionString, out _, out var error)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"SignalR__ConnectionString got {options.ConnectionString.Length} characters that are no connection string of "
                + $"a SignalR Service: {error}");
}
