using Microsoft.AspNetCore.Http.Features;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Configuration;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Overload;
using Serverless.Relay.Policies;
using Serverless.Relay.Routing;
using Serverless.Relay.Sessions;
using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Everything that is decided about a request before a backend hears of it: handshake, product, metrics, policies,
/// backend, and last the key, because that is what counts as use.
/// </summary>
internal sealed class Entrance(
    LiveConfiguration live, KeyJudge judge, OpenSessions sessions, Readiness readiness, OverloadWatch overload)
{
    private const int MaxOrigin = 512;

    /// <summary>What a client is told that there is no room for.</summary>
    public static Refusal NoRoom(OverloadWatch overload) =>
        new(RefusalReason.Overloaded, "This gateway has no room at the moment; another one may.", overload.RetryAfter);

    /// <summary>
    /// Decides. The configuration is looked at once; what is promoted meanwhile does not matter to this request.
    /// </summary>
    public async Task<Admission> AdmitAsync(Exchange exchange, CancellationToken cancel)
    {
        var request = exchange.Http.Request;
        if (readiness.Draining)
        {
            return Deny(RefusalReason.ShuttingDown, "This gateway is stopping; try again, another one will answer.");
        }

        if (overload.IsOverloaded)
        {
            return new Admission.Denied(NoRoom(overload));
        }

        // Before anything is looked at that an order may be about.
        exchange.Ordered = sessions.Ordered;
        if (live.Routes is not { } routes)
        {
            return Deny(RefusalReason.ConfigurationUnavailable, "This gateway does not know yet what to serve.");
        }

        if (!RequestTarget.TryParse(exchange.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target))
        {
            return Deny(RefusalReason.RequestInvalid, "The path has dot segments, broken escapes or characters that a URL does not have.");
        }

        exchange.Path = target.Path;
        if (exchange.IsUpgrade && HandshakeCheck.Check(exchange) is { } invalid)
        {
            return new Admission.Denied(invalid);
        }

        if (!routes.TryFind(request.Host.Value ?? "", target.Path, out var product, out var path))
        {
            return Deny(RefusalReason.ProductNotFound, "No product is promoted to this host and path.");
        }

        exchange.Product = product;
        return await AdmitAsync(exchange, product.Version, path, target.Query, cancel);
    }

    private async Task<Admission> AdmitAsync(
        Exchange exchange, ServedVersion version, string path, string query, CancellationToken cancel)
    {
        var request = exchange.Http.Request;
        _ = version.Backends.TryFind(path, out var backend, out var forwarded);
        var usage = version.Rules.Match(exchange.Method, path, query, backend?.Backend);
        if (usage.IsNone)
        {
            return Deny(RefusalReason.NoMappingRule, "No mapping rule of the product matches this method and path.");
        }

        var asked = new HandshakeRequest(request, exchange.IsUpgrade);
        if (await version.Policies.CheckAsync(asked, cancel) is { } refusal)
        {
            return new Admission.Denied(refusal);
        }

        if (backend is null)
        {
            return Deny(RefusalReason.BackendNotRouted, "No backend of the product is mounted on this path.");
        }

        var snapshot = version.Snapshot;
        var found = CredentialReader.Read(snapshot.Credentials, query, request.Headers);
        var identity = await Identity.OfAsync(
            snapshot.Product, snapshot.Credentials, Fallback(found.Credential, asked.Credentials), version.Tokens, cancel);
        if (identity is Identity.Refused nobody)
        {
            return new Admission.Denied(nobody.Refusal);
        }

        var claimed = (Identity.Claimed)identity;
        var question = claimed.Question with { Usage = usage.Deltas, Referrer = Referrer.Of(request.Headers) };
        switch (await judge.JudgeAsync(question.Ticket is null ? question : ForTicket(question, path, request.Headers), cancel))
        {
            case Judgement.Admitted admitted:
                asked.EditAnswer();
                return new Admission.Granted(
                    new BackendRequest(
                        backend,
                        forwarded + found.Query,
                        asked.Edit(EndToEndHeaders.Of(exchange, found, snapshot.SecretToken, version.Counting.ReadMessages)),
                        snapshot.HostRewrite)
                    {
                        ConnectTimeout = asked.Patience.Connect,
                        AnswerTimeout = asked.Patience.Answer,
                    },
                    admitted.Application,
                    claimed.Expires,
                    found.Offer)
                {
                    Key = admitted.Key,
                    Connections = asked.Connections.And(new ConnectionLimits(admitted.MaxConnections, null)),
                    Limits = admitted.Limits,
                };
            case Judgement.Refused refused:
                return new Admission.Denied(refused.Refusal);
            case var other:
                throw new InvalidOperationException($"A judgement cannot be {other}.");
        }
    }

    private static Credential Fallback(Credential found, OfferedCredentials? offered) => (found, offered) switch
    {
        (Credential.Missing, { UserKey: { } key }) => new Credential.UserKey(key),
        (Credential.Missing, { AppId: { } id, AppKey: { } key }) => new Credential.Application(id, key),
        _ => found,
    };

    // What a ticket is bound to. An Origin that is longer than any is none that a ticket has.
    private static AuthorizationRequest ForTicket(AuthorizationRequest question, string path, IHeaderDictionary headers) =>
        question with { Path = path, Origin = headers.Origin is [{ Length: <= MaxOrigin } origin] ? origin : null };

    private static Admission.Denied Deny(RefusalReason reason, string detail) => new(new Refusal(reason, detail));
}
