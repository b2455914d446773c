using System.Collections.Frozen;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>
/// The one table from the functions' reasons to the relay's, with a sentence that tells the client what to do.
/// </summary>
internal static class AnswerTable
{
    private static readonly FrozenDictionary<string, (RefusalReason Reason, string Detail)> Rows =
        new Dictionary<string, (RefusalReason, string)>
        {
            [AuthorizationReasons.UserKeyInvalid] = (RefusalReason.UserKeyInvalid, "No application has this key."),
            [AuthorizationReasons.UserKeyDeleted] = (RefusalReason.UserKeyDeleted, "This key was deleted; use another key of the application."),
            [AuthorizationReasons.UserKeyOfAnotherProduct] =
                (RefusalReason.UserKeyOfAnotherProduct, "This key belongs to an application of another product."),
            [AuthorizationReasons.ApplicationNotFound] =
                (RefusalReason.ApplicationNotFound, "No application of the product has this identifier."),
            [AuthorizationReasons.ApplicationKeyInvalid] =
                (RefusalReason.ApplicationKeyInvalid, "The application does not have this key, or no longer."),
            [AuthorizationReasons.TicketInvalid] =
                (RefusalReason.TicketInvalid, "There is no such ticket, or it is used up, over, or not for this: get another one."),
            [AuthorizationReasons.ReferrerNotAllowed] =
                (RefusalReason.ReferrerNotAllowed, "The application may not be used from where this request comes."),
            [AuthorizationReasons.ApplicationNotActive] =
                (RefusalReason.ApplicationNotActive, "The application is not active: it, or its account, is suspended or not yet accepted."),
            [AuthorizationReasons.LimitsExceeded] = (RefusalReason.LimitsExceeded, "A limit of the application's plan is used up."),
            [AuthorizationReasons.MetricDisabled] =
                (RefusalReason.MetricDisabled, "The application's plan does not include what this request would use."),
            [AuthorizationReasons.ProductNotFound] = (RefusalReason.ProductNotFound, "The product is not there any more."),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The judgement that an answer is.</summary>
    public static Judgement Judge(AuthorizationAnswer answer)
    {
        if (answer.Authorized)
        {
            return new Judgement.Admitted(answer.Application ?? "", answer.Plan ?? "")
            {
                Key = answer.Key,
                Limits = answer.Limits,
                MaxConnections = answer.MaxConnections,
            };
        }

        // A reason that newer functions may know is a refusal all the same.
        var (reason, detail) = Rows.GetValueOrDefault(
            answer.Reason ?? "", (RefusalReason.UserKeyInvalid, "The key was refused."));
        var wait = answer.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        return new Judgement.Refused(new Refusal(reason, detail, wait));
    }
}
