using System.Net;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.SignalR;

/// <summary>Says of every wrong setting its name, what it is and what it needs. Never the key.</summary>
internal sealed class SignalROptionsValidator : IValidateOptions<SignalROptions>
{
    private const int MostUnits = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, SignalROptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            result.AddError($"Relay:SignalR:Port is {options.Port}: it needs 0 to {IPEndPoint.MaxPort}.");
        }

        if (!IPAddress.TryParse(options.Address, out _))
        {
            result.AddError($"Relay:SignalR:Address is '{options.Address}': it needs an IP address, such as 127.0.0.1 or 0.0.0.0.");
        }

        if (ConnectionString.TryParse(options.ConnectionString, out var error) is null)
        {
            result.AddError($"Relay:SignalR:ConnectionString is none, as {error}: it needs 'Endpoint=http://localhost;Port=8888;AccessKey=…;Version=1.0;'.");
        }

        if (!Enum.IsDefined(options.Limits))
        {
            result.AddError($"Relay:SignalR:Limits is {options.Limits}: it needs {string.Join(" or ", Enum.GetNames<SignalRLimits>())}.");
        }

        if (options.Units is < 1 or > MostUnits || (options.Limits == SignalRLimits.Free && options.Units > 1))
        {
            result.AddError($"Relay:SignalR:Units is {options.Units}: it needs 1 to {MostUnits}, and 1 with Limits Free.");
        }

        if (options.UpstreamTimeout <= TimeSpan.Zero || options.UpstreamTimeout > Longest)
        {
            result.AddError($"Relay:SignalR:UpstreamTimeout is {options.UpstreamTimeout}: it needs more than 0 and at most {Longest}.");
        }

        for (var i = 0; i < options.Upstream.Count; i++)
        {
            // Not repeated: its query may hold a key.
            if (options.Upstream[i].AddressOf("hub", "messages", "event") is null)
            {
                result.AddError($"Relay:SignalR:Upstream:{i}:UrlTemplate is no address: it needs an http or https URL, such as http://localhost:7071/api/signalr.");
            }
        }

        return result.Build();
    }
}
