using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Management;

/// <summary>
/// A token of Microsoft Entra for the functions, got with the identity that the process runs under: a managed identity in
/// Azure, a federated one in Kubernetes. The library keeps it and gets the next one in time.
/// </summary>
internal sealed class IdentityToken(IOptions<ManagementOptions> options)
{
    private readonly Lazy<TokenCredential> _credential = new(() => new DefaultAzureCredential());

    /// <summary>The token as it is now.</summary>
    /// <exception cref="IOException">There is none to be had.</exception>
    public async ValueTask<string> ReadAsync(CancellationToken cancel)
    {
        try
        {
            var token = await _credential.Value.GetTokenAsync(new TokenRequestContext([options.Value.TokenScope!]), cancel);
            return token.Token;
        }
        catch (AuthenticationFailedException error)
        {
            // Its message goes on for lines about every kind of identity that there could be.
            throw new IOException($"no token of the identity: {error.Message.Split('\n')[0].Trim()}", error);
        }
    }
}
