using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>Refusals that several functions of applications have in common.</summary>
internal static class ApplicationProblems
{
    public static Problem NotFound(string id) => Problem.NotFound("application", id);

    public static Problem UnknownPlan(string plan) =>
        Problem.Invalid([new("/plan", "unknown_plan", $"The product has no plan '{Text.Shorten(plan)}'.")]);

    public static Problem PlanOfAnother(string plan) => Problem.Invalid(
        [new("/plan", "custom_plan", $"Plan '{Text.Shorten(plan)}' is for another application alone.")]);

    /// <summary>Which key is not said: the caller knows what he has sent.</summary>
    public static Problem KeyTaken() => Taken("key", "send another, or none, and one is made.");

    /// <summary>An app_id or a client_id is taken.</summary>
    public static Problem IdentityTaken(string member) => Taken(member, "send another, or none.");

    public static Problem Leaving(string id) => Problem.Of(
        409,
        "being_deleted",
        "Being deleted.",
        $"The deletion of application '{Text.Shorten(id)}' has begun and its keys are refused: delete it again to complete "
        + "that.");

    public static Problem WrongState(Application application) => Problem.Of(
        409,
        "wrong_state",
        "Not from this state.",
        $"Application '{application.Id}' is {application.State.ToString().ToLowerInvariant()}: a pending one can be accepted, "
        + "one that is live suspended, and one that is suspended resumed.");

    public static Problem NotCustomized(string id) => Problem.Of(
        409,
        "not_customized",
        "Not customized.",
        $"The plan of application '{Text.Shorten(id)}' is not its alone: there is nothing to go back from.");

    public static Problem NoPlanToCopy() => Problem.Of(
        409,
        "no_plan",
        "No such plan any more.",
        "The plan, or the one that it is a copy of, is gone: change the plan instead.");

    public static Problem TooManyKeys() => Problem.Of(
        409,
        "too_many_keys",
        "Too many keys.",
        $"An application may have {ApplicationKeys.Most} keys, and this one has: delete one first.");

    public static Problem NoKeys() => Problem.Of(
        409,
        "no_keys_in_mode",
        "No keys here.",
        "The product takes tokens of its OpenID provider: its applications have a client_id and no keys.");

    private static Problem Taken(string what, string instead) => Problem.Of(
        409,
        "already_exists",
        "Already exists.",
        $"An application of the product has this {what} already: {instead}");
}
