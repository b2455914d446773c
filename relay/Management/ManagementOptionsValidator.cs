using Microsoft.Extensions.Options;

namespace Serverless.Relay.Management;

/// <summary>Says of every wrong setting its name, what it is and what it needs. Never the token.</summary>
internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckApi(options.Api, result);
        CheckToken(options, result);
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxTimeout)
        {
            result.AddError($"Relay:Management:Timeout is {options.Timeout}: it needs more than 0 and at most {MaxTimeout}.");
        }

        return result.Build();
    }

    private static void CheckApi(Uri? api, ValidateOptionsResultBuilder result)
    {
        const string need = "it needs the http or https base address of the functions, such as http://localhost:7071";
        if (api is null || api.OriginalString.Length == 0)
        {
            result.AddError($"Relay:Management:Api is missing: {need}.");
        }
        else if (!api.IsAbsoluteUri || (api.Scheme != Uri.UriSchemeHttp && api.Scheme != Uri.UriSchemeHttps))
        {
            result.AddError($"Relay:Management:Api is '{api.OriginalString}': {need}.");
        }
        else if (api.UserInfo.Length > 0 || api.Query.Length > 0 || api.Fragment.Length > 0)
        {
            // Not repeated: user information may be a password.
            result.AddError($"Relay:Management:Api has user information, a query or a fragment: {need}.");
        }
    }

    private static void CheckToken(ManagementOptions options, ValidateOptionsResultBuilder result)
    {
        const string need = "an access token with the scope 'relay' in Relay:Management:Token, a file that holds one in "
            + "Relay:Management:TokenFile, or what a managed identity asks for in Relay:Management:TokenScope";
        var hasToken = !string.IsNullOrEmpty(options.Token);
        var hasFile = !string.IsNullOrEmpty(options.TokenFile);
        var hasScope = !string.IsNullOrEmpty(options.TokenScope);
        string[] set = [.. Named((hasToken, "Token"), (hasFile, "TokenFile"), (hasScope, "TokenScope"))];
        if (set.Length != 1)
        {
            result.AddError(set.Length > 1
                ? $"{string.Join(" and ", set)} are {(set.Length == 2 ? "both" : "all")} set: the relay needs one of them, {need}."
                : $"Relay:Management:Token is missing: the relay needs {need}.");
        }
        else if (hasScope)
        {
            CheckScope(options.TokenScope!, result);
        }
        else if (hasToken && !BearerToken.IsSound(options.Token!))
        {
            result.AddError("Relay:Management:Token holds characters that no token has: it needs printable ASCII without blanks.");
        }
        else if (hasFile && BearerToken.TryRead(options.TokenFile!) is null)
        {
            result.AddError($"Relay:Management:TokenFile is '{options.TokenFile}', which cannot be read or holds no token: it needs a file with one line, the token.");
        }
    }

    private static IEnumerable<string> Named(params (bool IsSet, string Name)[] settings) =>
        settings.Where(setting => setting.IsSet).Select(setting => $"Relay:Management:{setting.Name}");

    private static void CheckScope(string scope, ValidateOptionsResultBuilder result)
    {
        const string end = "/.default";
        if (scope.Length <= end.Length || !scope.EndsWith(end, StringComparison.Ordinal) || !BearerToken.IsSound(scope))
        {
            result.AddError(
                $"Relay:Management:TokenScope is '{scope}': it needs the functions' application id in Microsoft Entra with /.default "
                + "after it.");
        }
    }
}
