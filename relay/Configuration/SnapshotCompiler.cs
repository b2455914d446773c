using Microsoft.Net.Http.Headers;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Metering;
using Serverless.Relay.Policies;
using Serverless.Relay.Routing;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Configuration;

/// <summary>Makes of a snapshot what can be served, or says everything for which it cannot.</summary>
internal sealed class SnapshotCompiler(PolicyCatalogue catalogue, TokenIssuers issuers, ClientCertificates certificates)
{
    /// <summary>Compiles a snapshot; null when it cannot be served, with a sentence for each reason.</summary>
    public ServedVersion? Compile(ProductSnapshot snapshot, ICollection<string> errors)
    {
        var rules = MappingRules.Compile(snapshot.MappingRules, errors);
        var policies = catalogue.Build(snapshot.PolicyChain, errors);
        var tokens = issuers.Build(snapshot.Credentials, errors);
        foreach (var usage in snapshot.Backends)
        {
            Check(usage, errors);
        }

        Check(snapshot.ErrorAnswers, errors);
        CheckHeaders(snapshot, errors);
        return rules is not null && policies is not null && errors.Count == 0
            ? new ServedVersion(snapshot, rules, new BackendRoutes(snapshot.Backends), policies, new CountingRules(snapshot.MessageRules), tokens)
            : null;
    }

    private void Check(BackendUsage usage, ICollection<string> errors)
    {
        if (!usage.Endpoints.Prepend(usage.PrivateBaseUrl).All(
            url => url.IsAbsoluteUri && url.Scheme is "http" or "https" or "ws" or "wss"))
        {
            errors.Add($"A private base URL of backend '{usage.Backend}' is not http, https, ws or wss.");
        }

        if (usage.Tls.ClientCertificate is { } name && !certificates.Has(name))
        {
            errors.Add(
                $"Backend '{usage.Backend}' wants the client certificate '{name}', and this relay has none of that name "
                + $"(setting Relay:Upstream:ClientCertificates:{name}).");
        }
    }

    private static void Check(ErrorAnswers answers, ICollection<string> errors)
    {
        ErrorAnswer?[] all = [answers.CredentialsMissing, answers.AuthenticationFailed, answers.NoMatch, answers.LimitsExceeded];
        foreach (var answer in all.OfType<ErrorAnswer>())
        {
            if (answer.Status is < 400 or > 599)
            {
                errors.Add($"An error answer has the status {answer.Status}.");
            }

            if (!MediaTypeHeaderValue.TryParse(answer.ContentType, out _) || !HeaderList.IsValue(answer.ContentType))
            {
                errors.Add($"An error answer has the content type '{answer.ContentType}', which is none.");
            }
        }
    }

    private static void CheckHeaders(ProductSnapshot snapshot, ICollection<string> errors)
    {
        if (snapshot.SecretToken is { } token && token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add("The secret token cannot be sent in a header.");
        }

        if (snapshot.HostRewrite is { } host
            && (host.AsSpan().ContainsAnyExceptInRange('!', '~')
                || host.AsSpan().ContainsAny("/\\?#@")
                || !Uri.TryCreate($"http://{host}/", UriKind.Absolute, out _)))
        {
            errors.Add($"The host rewrite '{host}' is no host.");
        }
    }
}
