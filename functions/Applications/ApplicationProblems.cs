using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>Refusals that several functions of applications have in common.</summary>
internal static class ApplicationProblems
{
    public static Problem NotFound(string id) => Problem.NotFound("application", id);

    public static Problem UnknownPlan(string plan) =>
        Problem.Invalid([new("/plan", "unknown_plan", $"The product has no plan '{Text.Shorten(plan)}'.")]);

    /// <summary>Which key is not said: the caller knows what he has sent.</summary>
    public static Problem KeyTaken() => Problem.Of(
        409,
        "already_exists",
        "Already exists.",
        "An application of the product has this user key already: send another, or none, and one is made.");

    public static Problem Leaving(string id) => Problem.Of(
        409,
        "being_deleted",
        "Being deleted.",
        $"The deletion of application '{Text.Shorten(id)}' has begun and its keys are refused: delete it again to complete "
        + "that.");

    public static Problem TooManyKeys() => Problem.Of(
        409,
        "too_many_keys",
        "Too many keys.",
        $"An application may have {ApplicationKeys.Most} keys, and this one has: delete one first.");
}
